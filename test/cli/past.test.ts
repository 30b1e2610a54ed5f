import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRepository } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';
import { boocode, json, program } from './boocode.ts';

const root = makeRepository();
const LONG = 'x'.repeat(450);
const script = `printf '\\033]2;evil\\007\\033]52;c;ZXZpbA==\\007'; for i in $(seq 1 150); do printf '\\033[31mline %d\\033[0m <b>\\n' $i; done; echo ${LONG}; echo end`;

beforeAll(() => {
  json(root, 'new', 'gone', '--no-worktree', '--', 'sh', '-c', script);
  boocode(root, ['wait', 'gone', '--timeout', '20']);
});
afterAll(() => void boocode(root, ['daemon', 'stop', '--agents', '--yes']));

interface Output {
  lines: string[];
  details: { line: number | null; time: string | null }[];
  notice: string | null;
}

test('output: numbers and times, wrapped lines whole, colours on request, since, ended and removed alike', () => {
  const all = json<Output>(root, 'output', 'gone');
  expect(all.lines).toHaveLength(152);
  expect(all.lines.slice(-2)).toEqual([LONG, 'end']);
  expect(all.details[0]!.line).toBe(1);
  expect(Date.parse(all.details[0]!.time!)).toBeGreaterThan(Date.now() - 60_000);
  expect(json<Output>(root, 'output', 'gone', '-n', '3').lines).toEqual(all.lines.slice(-3));
  expect(json<Output>(root, 'output', 'gone', '--since', '5m').lines).toHaveLength(152);
  expect(json<Output>(root, 'output', 'gone', '--since', '2999-01-01').lines).toHaveLength(0);
  expect(boocode(root, ['output', 'gone', '--ansi']).out).toMatch(/^\x1b\[0;31mline 1\x1b\[0m <b>\n/);
  expect(boocode(root, ['output', 'gone', '--since', 'soon']).code).toBe(2);
  expect(boocode(root, ['output', 'gone', '-f', '--json']).code).toBe(2);
  expect(boocode(root, ['output', 'gone', '--life', '2'])).toMatchObject({
    code: 3,
    err: expect.stringContaining('one life'),
  });
  expect(boocode(root, ['rm', 'gone', '--yes']).code).toBe(0);
  expect(boocode(root, ['show', 'gone']).code).toBe(3);
  expect(json<Output>(root, 'output', 'gone')).toEqual(all);
});

test('output --since of a living agent: its screen is of when something was last printed on it', async () => {
  json(root, 'new', 'still', '--no-worktree', '--', 'sh', '-c', 'seq 1 60; exec cat');
  const lines = (...more: string[]) => json<Output>(root, 'output', 'still', ...more).lines;
  await until('its lines', () => lines().length === 60);
  expect(lines('--since', '5m')).toHaveLength(60);
  expect(boocode(root, ['output', 'still', '--since', '2999-01-01'])).toMatchObject({ code: 0, out: '', err: '' });
  const after = new Date().toISOString();
  expect(lines('--since', after)).toEqual([]);
  expect(boocode(root, ['search', '60', '-a', 'still', '--since', after]).code).toBe(1);
  expect(boocode(root, ['keys', 'still', 'more', 'Enter']).code).toBe(0);
  await until('something new', () => lines('--since', after).includes('more'));
  expect(boocode(root, ['search', '60', '-a', 'still', '--since', after]).code).toBe(0);
  expect(boocode(root, ['stop', 'still']).code).toBe(0);
});

test('what turns text around stays out of a terminal, and is there for a program', async () => {
  const script = `seq 1 60; printf 'safe \\342\\200\\256 turned \\033[31mred\\033[0m\\n'; exec cat`;
  json(root, 'new', 'turned', '--no-worktree', '--', 'sh', '-c', script);
  const piped = (...words: string[]) => boocode(root, words).out;
  await until('its lines', () => piped('screen', 'turned').includes('safe \u202e turned red'));
  expect(json<Output>(root, 'output', 'turned').lines.at(-1)).toBe('safe \u202e turned red');
  const verbs = [
    ['screen', 'turned'],
    ['screen', 'turned', '--ansi'],
    ['output', 'turned'],
    ['search', 'turned', '-a', 'turned'],
  ];
  for (const words of verbs) {
    const terminal = openTerminal([process.execPath, program, ...words], { cols: 80, rows: 70, cwd: root });
    expect(await terminal.ended()).toBe(0);
    expect(terminal.text()).toMatch(/safe {2}turned red/);
    expect(Buffer.from(terminal.raw, 'latin1').toString()).not.toContain('\u202e');
    terminal.kill();
  }
  expect(boocode(root, ['stop', 'turned']).code).toBe(0);
});

test('a line that has left the screen in part is one line', () => {
  const lines = Array.from({ length: 48 }, (_, i) => `${i + 1}`);
  json(root, 'new', 'cross', '--no-worktree', '--', 'sh', '-c', `echo first; echo ${LONG}; seq 1 48; exec cat`);
  const all = () => json<Output>(root, 'output', 'cross');
  const whole = ['first', LONG, ...lines];
  return until('its lines', () => all().lines.length === 50)
    .then(() => expect(all().lines).toEqual(whole))
    .then(() => expect(all().details[0]!.line).toBe(1))
    .then(() => expect(boocode(root, ['stop', 'cross']).code).toBe(0))
    .then(() => expect(all().lines).toEqual(whole));
});

test('output -f in colours; the beginning of a line that straddles the top of the screen has them too', async () => {
  const long = `\\033[32m${'g'.repeat(450)}\\033[0m`;
  const script = `printf '${long}\n'; seq 1 48; while ! test -e go; do sleep 0.05; done; printf '\\033[31mred\\033[0m\n'; while ! test -e on; do sleep 0.05; done; printf '\\033[34mblue\\033[0m\n'`;
  json(root, 'new', 'bright', '--no-worktree', '--', 'sh', '-c', script);
  const first = () => boocode(root, ['output', 'bright', '--ansi']).out.split('\n');
  const seen = () => first().indexOf('48') === 48;
  await until('its lines', seen, { seen: () => first().slice(0, 2) });
  expect(first()[0]).toMatch(/^(\x1b\[0;32mg+(\x1b\[0m)?)+$/);
  expect(first()[0]!.replaceAll(/\x1b\[[\d;]*m/g, '')).toBe('g'.repeat(450));
  const follower = spawn(process.execPath, [program, 'output', 'bright', '-f', '--ansi', '-n', '1'], { cwd: root });
  let out = '';
  follower.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await until('it follows', () => out.includes('48'));
  writeFileSync(join(root, 'go'), '');
  await until('the first is told', () => out.includes('red'), { seen: () => out });
  writeFileSync(join(root, 'on'), '');
  await until('it has ended', () => follower.exitCode !== null);
  expect(follower.exitCode).toBe(0);
  await until('all is read', () => follower.stdout.readableEnded);
  expect(out).toContain('\x1b[0;31mred\x1b[0m\n\x1b[0;34mblue\x1b[0m\n');
});

test('export: text, page and recording, whole or not at all, of a removed agent too', () => {
  const file = (name: string) => join(root, name);
  for (const kind of ['txt', 'html', 'cast']) expect(boocode(root, ['export', 'gone', `o.${kind}`]).code).toBe(0);
  expect(readFileSync(file('o.txt'), 'utf8')).toBe(
    `${Array.from({ length: 150 }, (_, i) => `line ${i + 1} <b>`).join('\n')}\n${LONG}\nend\n`,
  );
  const html = readFileSync(file('o.html'), 'utf8');
  expect(html).toContain('<span style="color:var(--c1)">line 7</span> &lt;b&gt;\n');
  const [header, ...events] = readFileSync(file('o.cast'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(header).toMatchObject({ version: 3, term: { cols: 200, rows: 50 }, title: 'gone' });
  expect(events.at(-1).slice(1)).toEqual(['x', '0']);
  expect(statSync(file('o.txt')).mode & 0o777).toBe(0o600);
  expect(boocode(root, ['export', 'gone', 'o.txt'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('--force'),
  });
  expect(boocode(root, ['export', 'gone', 'o.txt', '--force']).code).toBe(0);
  expect(boocode(root, ['export', 'gone', 'o.pdf'])).toMatchObject({ code: 2, err: expect.stringContaining('.html') });
  expect(boocode(root, ['export', 'gone', 'no/o.txt'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no folder .*\n.*Make it first/),
  });
  const long = boocode(root, ['export', 'gone', `${'p'.repeat(250)}.txt`]);
  expect(long).toMatchObject({ code: 1, err: expect.stringMatching(/: name too long\n.*Give the name of a file/) });
  if (process.platform === 'linux') {
    const refused = boocode(root, ['export', 'gone', '/proc/p.txt']);
    expect(refused.err).toMatch(/could not be written: \/proc takes no new file\n.*Give the name of a file/);
  }
  expect(boocode(root, ['export', 'nobody', 'p.txt'])).toMatchObject({ code: 3 });
  expect(readdirSync(root).filter((name) => /\.tmp$|^p\./.test(name))).toEqual([]);
});

test('an export that finds room for a part of it alone leaves nothing, and says so', () => {
  // One kilobyte a file: the system writes that much of the text, and that is no error yet.
  const line = 'ulimit -f 1; exec "$0" "$1" export gone part.txt';
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };
  const done = spawnSync('bash', ['-c', line, process.execPath, program], { cwd: root, encoding: 'utf8', env });
  expect(done.stderr).toMatch(/part\.txt could not be written: the disk that holds \S+ is full\n/);
  expect(done.status).toBe(1);
  expect(readdirSync(root).filter((name) => name.startsWith('part'))).toEqual([]);
});

test('replay plays in the terminal, obeys its keys, and gives the terminal back', async () => {
  expect(boocode(root, ['replay', 'gone'])).toMatchObject({ code: 2, err: expect.stringContaining('terminal') });
  const terminal = openTerminal([process.execPath, program, 'replay', 'gone'], { cols: 80, rows: 24, cwd: root });
  await terminal.shows('end 0:00');
  await terminal.shows('cut from 200×50');
  terminal.type('\x1b[H ');
  await terminal.shows(/(paused|end) 0:00/);
  terminal.type('q');
  expect(await terminal.ended()).toBe(0);
  expect(terminal.emulator.buffer.active.type).toBe('normal');
  expect(terminal.emulator.modes.mouseTrackingMode).toBe('none');
  // What was recorded never reaches the terminal as it is.
  expect(terminal.raw).not.toContain('evil');
  expect(terminal.raw).not.toContain('ZXZpbA');
  terminal.kill();
});

test('a recording that was cut off is played and exported up to there, and it is said', () => {
  const recordings = join(root, '.boocode', 'recordings');
  const path = join(recordings, readdirSync(recordings)[0]!);
  truncateSync(path, statSync(path).size - 12);
  const done = boocode(root, ['export', 'gone', 'cut.cast']);
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining('cut off at its end') });
  for (const line of readFileSync(join(root, 'cut.cast'), 'utf8').trimEnd().split('\n')) JSON.parse(line);
});

test('output -f goes on through a restart', async () => {
  json(root, 'new', 'lives', '--no-worktree', '--', 'sh', '-c', 'echo life $$; exec cat');
  const first = () => boocode(root, ['output', 'lives']).out.trim();
  await until('its first line', () => first().startsWith('life'));
  const before = first();
  const terminal = openTerminal([process.execPath, program, 'output', 'lives', '-f'], {
    cols: 80,
    rows: 24,
    cwd: root,
  });
  await terminal.shows(before);
  expect(boocode(root, ['restart', 'lives']).code).toBe(0);
  await until('its second life', () => first().startsWith('life') && first() !== before);
  await terminal.shows(first());
  boocode(root, ['send', 'lives', 'hello again']);
  await terminal.shows('hello again');
  boocode(root, ['stop', 'lives']);
  expect(await terminal.ended()).toBe(0);
  terminal.kill();
  expect(boocode(root, ['output', 'lives', '--life', '1']).out.trim()).toBe(before);
  expect(existsSync(join(root, '.boocode', 'history'))).toBe(true);
});
