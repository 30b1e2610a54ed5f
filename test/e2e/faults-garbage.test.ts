import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { boocode, json, program } from '../cli/boocode.ts';
import { processesWith } from '../support/processes.ts';
import { makeRepository } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';

/** Every attempt on the terminal around it carries this word; then a title that never ends, at the very last. */
const NOISE = `
const w = (text) => process.stdout.write(text);
const all = '\\x1b]0;EVIL\\x07\\x1b]52;c;RVZJTA==\\x07\\x1b[?1003h\\x1b[?2004h\\x1b[?9001h\\x1b[c\\x1b[6n\\x1b]11;?\\x07\\x1bPEVIL\\x1b\\\\\\\\\\x1bc';
for (const byte of all) w(byte);
w(Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xf0, 0x9f, 0x0a]));
w('x'.repeat(10_000_000) + '\\n');
w('\\x1b[2J\\x1b[Hstill right\\r\\n');
w('\\x1b]0;EVIL without an end');
setInterval(() => {}, 1000);
`;

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

/** What a terminal begins with: autowrap and a visible cursor. */
const AT_FIRST = ['7', '25'];

/** Private modes that stand otherwise than at first after all that the program wrote. */
function leftChanged(raw: string): string[] {
  const set = new Set(AT_FIRST);
  for (const [, modes, how] of raw.matchAll(/\x1b\[\?([\d;]+)([hl])/g)) {
    for (const mode of modes!.split(';')) how === 'h' ? set.add(mode) : set.delete(mode);
  }
  return [...set].filter((mode) => !AT_FIRST.includes(mode)).concat(AT_FIRST.filter((mode) => !set.has(mode)));
}

test("nothing of an agent's garbage reaches the terminal of the cockpit, which is given back whole", async () => {
  const root = makeRepository();
  roots.push(root);
  writeFileSync(join(root, 'noise.cjs'), NOISE);
  const terminal = openTerminal([process.execPath, program], { cwd: root });
  try {
    await terminal.shows('Press n to start one');
    json(root, 'new', 'noise', '--no-worktree', '--', process.execPath, 'noise.cjs');
    await terminal.shows('still right');
    terminal.type('q');
    expect(await terminal.ended()).toBe(0);
    expect(terminal.raw).not.toContain('EVIL');
    expect(terminal.raw).not.toContain('\x1b]52');
    expect(terminal.raw).not.toMatch(/\x1bc|\x1b\[\?9001h/);
    expect(leftChanged(terminal.raw)).toEqual([]);
  } finally {
    terminal.kill();
  }
});

test('a killed host takes all its children along, and its agents have failed and can be started again', async () => {
  const root = makeRepository();
  roots.push(root);
  const script = 'nohup setsid sleep 4242 & setsid sleep 4243 & sleep 4244';
  json(root, 'new', 'family', '--no-worktree', '--', 'sh', '-c', script);
  const family = () =>
    processesWith(process.env.BOOCODE_TEST_ROOT!).filter(({ command }) => /^sleep 424\d/.test(command));
  await until('three children run', () => family().length === 3, { seen: family });
  for (const { pid } of json<{ hosts: { pid: number }[] }>(root, 'daemon', 'status').hosts)
    process.kill(pid, 'SIGKILL');
  await until('no child is left', () => family().length === 0, { seen: family });
  expect(boocode(root, ['wait', 'family', '--for', 'failed', '--timeout', '10']).code).toBe(0);
  const { status } = json<{ status: { state: string; evidence: { source: string } } }>(root, 'show', 'family');
  expect(status).toMatchObject({ state: 'failed', evidence: { source: 'process' } });
  expect(boocode(root, ['restart', 'family']).code).toBe(0);
  await until('they run again', () => family().length === 3, { seen: family });
  expect(boocode(root, ['stop', '--all', '--yes']).code).toBe(0);
  await until('none is left', () => family().length === 0, { seen: family });
});

test('no secret of the environment is written anywhere', async () => {
  const root = makeRepository();
  roots.push(root);
  const env = { FAKE_SECRET_TOKEN: 'hunter2-7f3a' };
  expect(boocode(root, ['new', 'keeper', '--', 'sh', '-c', 'echo up; sleep 4245'], { env }).code).toBe(0);
  await until('it is up', () => boocode(root, ['output', 'keeper']).out.includes('up'));
  boocode(root, ['stop', 'keeper', '--yes']);
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
  const found = execFileSync('sh', [
    '-c',
    'grep -rlF hunter2-7f3a "$@" || true',
    'sh',
    root,
    process.env.BOOCODE_TEST_ROOT!,
  ]);
  expect(found.toString()).toBe('');
  const open = execFileSync('find', [
    join(root, '.boocode'),
    '-type',
    'f',
    '-perm',
    '/077',
    '!',
    '-name',
    '.gitignore',
  ]);
  expect(open.toString()).toBe('');
});
