import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { detectDemo } from '../../src/core/detect/demo.ts';
import type { Screen } from '../../src/core/detect/types.ts';
import type { Scenario, Step } from '../../src/schema/scenario.ts';
import { entryPath } from '../../src/util/entry.ts';
import { processesWith } from '../support/processes.ts';
import { tempFolder } from '../support/repository.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';

const open = new Set<TestTerminal>();
afterEach(() => {
  for (const terminal of open) terminal.kill();
  open.clear();
});

/** With RECORD_SCREENS=FOLDER: keeps the screens that were recognised, for test/core/detect.test.ts. */
function record(screen: Screen & { seen: ReturnType<typeof detectDemo> }): void {
  const folder = process.env.RECORD_SCREENS;
  if (!folder) return;
  const name = `${screen.seen?.state}-${screen.seen?.waitingFor ?? 'none'}-${readdirSync(folder).length}.json`;
  writeFileSync(join(folder, name), `${JSON.stringify(screen, null, 1)}\n`);
}

function demo(args: string[], { cwd = tempFolder('demo'), cols = 80, rows = 24 } = {}) {
  const terminal = openTerminal([process.execPath, entryPath('demo'), ...args], { cwd, cols, rows });
  open.add(terminal);
  let title = '';
  terminal.emulator.onTitleChange((next) => {
    title = next;
  });
  /** What core/detect reads off its real screen. */
  const seen = () => {
    const buffer = terminal.emulator.buffer.active;
    return detectDemo({ lines: terminal.lines(), cursor: { x: buffer.cursorX, y: buffer.cursorY }, title });
  };
  return {
    ...terminal,
    get raw() {
      return terminal.raw;
    },
    cwd,
    title: () => title,
    seen,
    async is(state: string) {
      await until(`the demo is ${state}`, () => seen()?.state === state, { seen: terminal.lines });
      const { cursorX, cursorY } = terminal.emulator.buffer.active;
      record({ lines: terminal.lines(), cursor: { x: cursorX, y: cursorY }, title, seen: seen() });
    },
    file: (name: string) => readFileSync(join(cwd, name), 'utf8'),
    pid: terminal.pty.pid,
  };
}

function scenario(steps: Step[], more: Partial<Scenario> = {}) {
  const cwd = tempFolder('scenario');
  const file = join(cwd, 'scenario.json');
  writeFileSync(file, JSON.stringify({ steps, ...more }));
  return { cwd, args: ['--scenario', file] };
}

describe('a person at the demo', () => {
  test('is told that it is a script, types a prompt, and finds the file that it says it has edited', async () => {
    const agent = demo([]);
    await agent.shows('demo agent — scripted, no model');
    await agent.is('idle');
    agent.type('tidy up, please\r');
    await agent.is('running');
    expect(agent.title()).toBe('◐ demo (demo)');
    await agent.shows('● edit demo-notes.md +1 −0');
    await agent.is('idle');
    expect(agent.file('demo-notes.md')).toBe('- tidy up, please\n');
    expect(agent.title()).toBe('○ demo (demo)');
    expect(agent.raw).toContain('\x1b]9;4;3;0\x07');
    agent.type('\x04');
    expect(await agent.ended()).toBe(0);
    expect(agent.raw).toMatch(/\x1b\[\?2004l/);
  });

  test('is asked, and yes and no both count', async () => {
    const yes = demo(['--', 'ask']);
    await yes.is('waiting');
    expect(yes.seen()).toEqual({
      state: 'waiting',
      waitingFor: 'approval',
      detail: 'it asks: Write to demo-notes.md? (y/n)',
    });
    expect(existsSync(join(yes.cwd, 'demo-notes.md'))).toBe(false);
    yes.type('q\r');
    yes.type('y\r');
    await yes.is('idle');
    expect(yes.file('demo-notes.md')).toContain('allowed');
    yes.type('ask\r');
    await yes.is('waiting');
    yes.type('n');
    await yes.shows('Then I leave it.');
    expect(yes.file('demo-notes.md').split('\n')).toHaveLength(2);
  });

  test('may type ahead; what was typed is done next', async () => {
    const agent = demo(['--', 'wait']);
    await agent.is('waiting');
    expect(agent.seen()).toMatchObject({ waitingFor: 'input' });
    agent.type('go on\rsecond thing\r');
    await agent.shows('Thank you; I go on.');
    await agent.shows('- second thing');
    await agent.is('idle');
  });

  test('pastes many lines as one prompt', async () => {
    const agent = demo([]);
    await agent.is('idle');
    agent.type('\x1b[200~one\rtwo\x1b[201~');
    await agent.shows('> one⏎two');
    agent.type('\r');
    await agent.shows('● edit demo-notes.md');
    expect(agent.file('demo-notes.md')).toBe('- one two\n');
    await agent.is('idle');
    agent.type(`\x1b[200~${'word '.repeat(100_000)}the end\x1b[201~`);
    await agent.shows('word the end');
    agent.type('\x15');
    await agent.hides('the end');
  });

  test('interrupts a turn with ctrl-c, and leaves with two', async () => {
    const agent = demo(['--', 'loop']);
    await agent.shows('Still here.');
    agent.type('\x03');
    await agent.shows('■ interrupted');
    await agent.is('idle');
    agent.type('\x03');
    await agent.shows('ctrl-c again leaves');
    agent.type('\x03');
    expect(await agent.ended()).toBe(0);
  });

  test('resizes at any moment and sees one input line, drawn to the new width', async () => {
    const agent = demo([]);
    await agent.is('idle');
    for (const [cols, rows] of [
      [40, 12],
      [24, 8],
      [100, 30],
      [30, 10],
      [80, 24],
    ] as const) {
      agent.resize(cols, rows);
      await until(
        `${cols}×${rows}`,
        () => agent.seen()?.state === 'idle' && agent.lines().filter((line) => line.startsWith('>')).length === 1,
        {
          seen: agent.lines,
        },
      );
    }
    expect(agent.lines().filter((line) => line.startsWith('ready · '))).toHaveLength(1);
  });

  test('has it in the alternate screen, which is gone afterwards', async () => {
    const agent = demo(['--alt', '--', 'help']);
    await agent.shows('Any other prompt is noted');
    await agent.is('idle');
    expect(agent.emulator.buffer.active.type).toBe('alternate');
    agent.resize(50, 12);
    await until('redrawn', () => agent.seen()?.state === 'idle' && agent.lines()[10]?.startsWith('>'));
    agent.type('\x04');
    expect(await agent.ended()).toBe(0);
    await until('the main screen is back', () => agent.emulator.buffer.active.type === 'normal');
  });

  test('gets a TODO out of a real file', async () => {
    const cwd = tempFolder('todo');
    mkdirSync(join(cwd, 'src'));
    writeFileSync(join(cwd, 'src/a.js'), 'one();\n// TODO: two\nthree();\n');
    const agent = demo(['--', 'fix'], { cwd });
    await agent.shows('● edit src/a.js +0 −1');
    expect(agent.file('src/a.js')).toBe('one();\nthree();\n');
  });
});

describe('its end', () => {
  test('on request: an exit code, a signal, a wish', async () => {
    expect(await demo(['--', 'fail', '7']).ended()).toBe(7);
    expect(await demo(['--', 'exit']).ended()).toBe(0);
    const crash = demo(['--', 'crash']);
    await crash.ended();
    expect([...open].at(-1)!.exit?.signal).toBe(9);
  });

  test('by SIGTERM is clean, also while a command runs, and leaves nothing behind', async () => {
    const agent = demo(['--', 'run sleep 61 & echo $! > pid; wait']);
    const pid = Number(
      await until('the command runs', () => existsSync(join(agent.cwd, 'pid')) && agent.file('pid').trim()),
    );
    process.kill(agent.pid, 'SIGTERM');
    expect(await agent.ended()).toBe(143);
    expect(agent.raw).toContain('\x1b[?2004l');
    // It leads its terminal's session: with it, the kernel hangs up whatever it left in the foreground.
    await until(
      'its command has ended',
      () => !processesWith(process.env.BOOCODE_TEST_ROOT!).some((one) => one.pid === pid),
    );
  });
});

describe('a scenario', () => {
  test('plays its steps in order, nested ones too', async () => {
    const { cwd, args } = scenario(
      [
        { step: 'title', text: 'my title' },
        { step: 'progress', value: 40 },
        { step: 'edit', file: 'made/by.txt', write: 'first\n' },
        { step: 'loop', times: 3, steps: [{ step: 'edit', file: 'made/by.txt', append: 'again\n' }] },
        { step: 'run', command: 'cat made/by.txt; exit 3' },
        { step: 'edit', file: '../out.txt', write: 'x' },
        { step: 'say', text: 'text \x1b]0;bad\x07 of a script' },
        { step: 'wait', for: 'the word' },
        { step: 'exit', code: 5 },
      ],
      { name: 'tour' },
    );
    const agent = demo(args, { cwd });
    await agent.is('waiting');
    await agent.shows('exit code 3');
    await agent.shows('… the word');
    expect(agent.text()).toContain('only files of its own folder');
    expect(agent.raw).toContain('\x1b]0;my title\x07');
    expect(agent.raw).toContain('\x1b]9;4;1;40\x07');
    expect(agent.raw).not.toContain('\x1b]0;bad');
    expect(agent.file('made/by.txt')).toBe('first\nagain\nagain\nagain\n');
    agent.type('now\r');
    expect(await agent.ended()).toBe(5);
  });

  test('floods by bytes and still hears ctrl-c', async () => {
    const { cwd, args } = scenario([{ step: 'flood', bytes: 200_000_000 }]);
    const agent = demo(args, { cwd });
    await agent.shows(/^\d{4,} the quick brown fox/m);
    agent.type('\x03');
    await agent.shows('■ interrupted');
    await agent.is('idle');
  });

  test('of its folder answers the prompts it knows', async () => {
    const cwd = tempFolder('known');
    mkdirSync(join(cwd, '.boocode/demo'), { recursive: true });
    const known: Scenario = { steps: [], prompts: [{ match: '^paint', steps: [{ step: 'say', text: 'painted' }] }] };
    writeFileSync(join(cwd, '.boocode/demo/a.json'), JSON.stringify(known));
    const agent = demo(['--', 'paint it'], { cwd });
    await agent.shows('painted');
    await agent.is('idle');
  });

  test('that is wrong, or has no terminal, ends with 2 and one sentence', () => {
    const { cwd, args } = scenario([{ step: 'think' } as Step]);
    const start = (argv: string[]) =>
      spawnSync(process.execPath, [entryPath('demo'), ...argv], { cwd, encoding: 'utf8' });
    expect(start(args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('steps[0].ms') });
    expect(start([])).toMatchObject({ status: 2, stderr: expect.stringContaining('needs a terminal') });
    expect(start(['--nope'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--nope') });
  });
});
