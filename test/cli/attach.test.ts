import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeRepository } from '../support/repository.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';
import { boocode, program } from './boocode.ts';

const LEAVE = '\x1d';
let root: string;
const opened: TestTerminal[] = [];

beforeEach(() => {
  root = realpathSync(makeRepository({ 'README.md': '# shop\n' }));
});
afterEach(() => {
  for (const one of opened.splice(0)) one.kill();
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

function open(...args: string[]): TestTerminal {
  const terminal = openTerminal([process.execPath, program, ...args], { cwd: root, cols: 90, rows: 24 });
  opened.push(terminal);
  return terminal;
}

/** A program that answers each line, says its size when asked, and rings when told to. */
const ANSWERS = [
  'echo started in life $BOO_LIFE',
  'while read line; do case $line in size) stty size;; ring) printf \'\\a\';; end) exit 0;; *) echo "got $line";; esac; done',
].join('; ');
const start = (name: string) => {
  const { code, err } = boocode(root, ['new', name, '--no-worktree', '--', 'sh', '-c', ANSWERS]);
  expect(err).toBe('');
  expect(code).toBe(0);
};
/** 0 while none runs. */
const daemonPid = () => {
  const { code, out } = boocode(root, ['--json', 'daemon', 'status']);
  return code === 0 ? (JSON.parse(out) as { pid: number }).pid : 0;
};

describe('boocode pane', () => {
  test('output RUN shows how a run stands, its log and its result, and leaves', async () => {
    const folder = join(root, '.boocode/workflows');
    mkdirSync(folder, { recursive: true });
    const source =
      "export const meta = { name: 'one', description: 'one' };\nexport default async () => { log('it begins'); return 'all of it'; };\n";
    writeFileSync(join(folder, 'one.js'), source);
    const { code, err } = boocode(root, ['workflow', 'run', 'one', '--trust', '--wait']);
    expect(code, err).toBe(0);
    const terminal = open('pane', 'output', 'one');
    await terminal.shows('Run one');
    await terminal.shows('✓ done');
    terminal.type('\t');
    await terminal.shows('it begins');
    terminal.type('\t');
    await terminal.shows('all of it');
    terminal.type('q');
    await terminal.shows('Workflows');
    terminal.type('q');
    expect(await terminal.ended()).toBe(0);
    await terminal.shows('Left one.');
  });
});

describe('boocode attach', () => {
  test('types, follows the size of the terminal, and leaves the agent running', async () => {
    start('echo');
    const terminal = open('attach', 'echo');
    await terminal.shows('Ctrl-] leaves');
    await terminal.shows('started in life');
    terminal.type('hello\r');
    await terminal.shows('got hello');
    terminal.resize(70, 20);
    const reply = until('the agent has the new size', () => {
      if (!terminal.text().includes('20 70')) terminal.type('size\r');
      return terminal.text().includes('20 70');
    });
    await reply;
    terminal.type(LEAVE);
    expect(await terminal.ended()).toBe(0);
    await terminal.shows('Left echo, which goes on. boocode attach echo comes back.');
    expect(terminal.raw).toContain('\x1b[?1049l');
  });

  test('what is typed before its screen has come reaches the agent, and so does the leave key after it', async () => {
    start('echo');
    const terminal = open('attach', 'echo');
    terminal.type(`early\r${LEAVE}`);
    expect(await terminal.ended()).toBe(0);
    await until('the agent has got it', () => boocode(root, ['screen', 'echo']).out.includes('got early'));
  });

  test('the wheel reads back, with search; what was typed to goes on, and is typed to again at the end', async () => {
    start('echo');
    const terminal = open('attach', 'echo');
    await terminal.shows('started in life');
    for (let line = 1; line <= 40; line++) terminal.type(`number-${line}\r`);
    await terminal.shows('got number-40');
    expect(terminal.text()).not.toContain('got number-5\n');
    const wheelUp = '\x1b[<64;10;10M';
    terminal.type(wheelUp);
    await terminal.shows(/HISTORY line \d+ of \d+/);
    await terminal.shows('─ now ─');
    terminal.type('/got number-5$');
    await terminal.shows('match 1 of 1');
    await terminal.shows(/^got number-5\s*$/m);
    terminal.type('\rq');
    await terminal.hides('HISTORY');
    terminal.type('and on\r');
    await terminal.shows('got and on');
    terminal.type(wheelUp);
    await terminal.shows('HISTORY');
    terminal.type(LEAVE);
    expect(await terminal.ended()).toBe(0);
  });

  test('writes selected lines to a file, and replaces one only when asked twice', async () => {
    start('scribe');
    const terminal = open('attach', 'scribe');
    await terminal.shows('started in life');
    for (let line = 1; line <= 40; line++) terminal.type(`number-${line}\r`);
    await terminal.shows('got number-40');
    terminal.type('\x1b[<64;10;10M');
    await terminal.shows(/HISTORY line \d+ of \d+/);
    const written = join(root, 'kept.txt');
    writeFileSync(written, 'mine\n');
    terminal.type('w');
    await terminal.shows('nothing is selected: v begins a selection');
    terminal.type('gv');
    await terminal.shows('1 line selected');
    terminal.type('j');
    await terminal.shows('2 lines selected');
    terminal.type('w');
    await terminal.shows(/Write 2 lines to: scribe-\d+-\d+\.txt_/);
    // The wheel and what the history's keys are do nothing while a path is written.
    terminal.type(`\x15kept.txt\x1b[<65;10;10M`);
    await terminal.shows('Write 2 lines to: kept.txt_');
    terminal.type('\r');
    await terminal.shows(/is\s+there\s+already\.\s+Enter\s+once\s+more\s+replaces\s+it\./);
    expect(readFileSync(written, 'utf8')).toBe('mine\n');
    terminal.type('\r');
    await terminal.shows(/2 lines written\s+to/);
    expect(readFileSync(written, 'utf8').split('\n')).toHaveLength(3);
    terminal.type('v');
    await terminal.shows('1 line selected');
    terminal.type('w');
    await terminal.shows('Write 1 line to:');
    terminal.type('\x1b');
    await terminal.hides('Write 1 line to:');
    await terminal.shows('1 line selected');
    terminal.type(LEAVE);
    expect(await terminal.ended()).toBe(0);
  });

  test('says how the agent ended', async () => {
    start('brief');
    const terminal = open('attach', 'brief');
    await terminal.shows('started in life');
    terminal.type('end\r');
    expect(await terminal.ended()).toBe(0);
    await terminal.shows('brief has ended: completed');
    const again = open('attach', 'brief');
    expect(await again.ended()).toBe(0);
    await again.shows('brief has ended: completed');
    expect(again.raw).not.toContain('\x1b[?1049h');
  });

  test('goes on when the daemon is killed, and sees the end of the agent afterwards', async () => {
    start('steady');
    const terminal = open('attach', 'steady');
    await terminal.shows('started in life');
    const killed = daemonPid();
    process.kill(killed, 'SIGKILL');
    terminal.type('still here\r');
    await terminal.shows('got still here');
    await until('another daemon runs', () => ![0, killed].includes(daemonPid()));
    expect(boocode(root, ['stop', 'steady', '--yes']).code).toBe(0);
    expect(await terminal.ended()).toBe(0);
    await terminal.shows('steady has ended: cancelled');
  });

  test('stays with an agent that is restarted', async () => {
    start('again');
    const terminal = open('attach', 'again');
    await terminal.shows('started in life');
    terminal.type('first life\r');
    await terminal.shows('got first life');
    expect(boocode(root, ['restart', 'again'], { env: { BOO_LIFE: 'two' } }).code).toBe(0);
    await terminal.shows('started in life two');
    await terminal.hides('got first life');
    terminal.type('second life\r');
    await terminal.shows('got second life');
    expect(terminal.exit).toBeUndefined();
  });

  test('lets the bell of its agent through', async () => {
    start('loud');
    const terminal = open('attach', 'loud');
    await terminal.shows('started in life');
    expect(terminal.raw).not.toContain('\x07');
    terminal.type('ring\r');
    await until('the bell rings', () => terminal.raw.includes('\x07'), { seen: () => JSON.stringify(terminal.raw) });
  });

  test('new --attach starts it and shows it at once', async () => {
    const terminal = open('new', 'at-once', '--no-worktree', '--attach', '--', 'sh', '-c', ANSWERS);
    await terminal.shows('started in life');
    terminal.type(LEAVE);
    expect(await terminal.ended()).toBe(0);
    await terminal.shows('Left at-once, which goes on.');
  });
});

describe('boocode pane', () => {
  test('search: the search alone; Escape leaves it', async () => {
    start('echo');
    const terminal = open('pane', 'search');
    await terminal.shows('Type what you look for');
    terminal.type('started in');
    await terminal.shows('1 of 1 in 1 agent');
    terminal.type('\r\r');
    await terminal.shows('HISTORY');
    terminal.type('q');
    await terminal.shows('▸');
    terminal.type('q');
    expect(await terminal.ended()).toBe(0);
  });

  test('sessions: the list alone; output: one agent alone', async () => {
    start('echo');
    const sessions = open('pane', 'sessions');
    await sessions.shows('echo');
    expect(sessions.text()).not.toContain('started in life');
    sessions.type('q');
    expect(await sessions.ended()).toBe(0);

    const output = open('pane', 'output', 'echo');
    await output.shows('started in life');
    output.type('from a pane\r');
    await output.shows('got from a pane');
    output.type(LEAVE);
    expect(await output.ended()).toBe(0);
  });

  test('changes: the review alone, of one agent too; collisions: those and the forecast', async () => {
    start('echo');
    for (const words of [['changes'], ['changes', 'echo']]) {
      const review = open('pane', ...words);
      await review.shows(/echo has changed nothing|is no git repository/);
      review.type('q');
      expect(await review.ended()).toBe(0);
    }
    const collisions = open('pane', 'collisions');
    await collisions.shows('Nobody collides.');
    collisions.type('q');
    expect(await collisions.ended()).toBe(0);
  });

  test.each([
    [['sessions', 'echo'], 'boocode pane sessions takes no AGENT'],
    [['collisions', 'echo'], 'boocode pane collisions takes no AGENT'],
    [['output'], 'boocode pane output needs an AGENT'],
    [['maps'], 'there is no pane "maps"'],
  ])('%j is refused', (words, why) => {
    const { code, err } = boocode(root, ['pane', ...words]);
    expect(code).toBe(2);
    expect(err).toContain(why);
  });
});
