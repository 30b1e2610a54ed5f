import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IPty, spawn as spawnPty } from 'node-pty';
import { afterEach, describe, expect, test } from 'vitest';
import { PLAIN_MODES } from '../../src/cockpit/grid/grid.ts';
import { abilitiesOf, backgroundOf } from '../../src/cockpit/tty/abilities.ts';
import { agentModes, COCKPIT_MODES, changeModes } from '../../src/cockpit/tty/modes.ts';
import { createEmulator } from '../support/emulator.ts';
import { until } from '../support/wait.ts';

const { spawn } = createRequire(import.meta.url)('node-pty') as { spawn: typeof spawnPty };
const PROGRAM = join(import.meta.dirname, 'fixtures', 'tty.ts');
const open: IPty[] = [];

afterEach(() => {
  for (const pty of open.splice(0)) pty.kill('SIGKILL');
});

/** The program on a real PTY behind an emulator that answers as terminals do. `shell`: under a job-control shell. */
function start({ shell = false, size = { cols: 80, rows: 24 } } = {}) {
  const emulator = createEmulator(size.cols, size.rows);
  const env = { ...process.env, TERM: 'xterm-256color', PS1: '$ ', HISTFILE: '' } as Record<string, string>;
  const pty = shell
    ? spawn('bash', ['--norc', '--noprofile', '-i'], { ...size, env, name: 'xterm-256color' })
    : spawn(process.execPath, [PROGRAM], { ...size, env, name: 'xterm-256color' });
  open.push(pty);
  let raw = '';
  let exit: { exitCode: number; signal?: number } | null = null;
  pty.onData((data) => {
    raw += data;
    emulator.write(data);
  });
  emulator.term.onData((data) => pty.write(data));
  pty.onExit((how) => {
    exit = how;
  });
  const sees = (text: string) =>
    until(`the screen shows ${text}`, () => emulator.text().join('\n').includes(text), {
      seen: () => emulator.text().filter(Boolean),
    });
  return {
    pty,
    emulator,
    sees,
    raw: () => raw,
    exited: () => until('the program has ended', () => exit),
    /** The modes an honest terminal is left in. */
    modes: () => ({ alternate: emulator.term.buffer.active.type, ...emulator.term.modes }),
  };
}

const USABLE = {
  alternate: 'normal',
  applicationCursorKeysMode: false,
  applicationKeypadMode: false,
  bracketedPasteMode: false,
  mouseTrackingMode: 'none',
  sendFocusMode: false,
  wraparoundMode: true,
};

describe('the terminal', () => {
  test('is drawn anew when its size has changed there and back', async () => {
    const program = start();
    await program.sees('__READY__');
    process.kill(program.pty.pid, 'SIGWINCH');
    await program.sees('__REPAINT__');
    program.pty.resize(70, 20);
    await program.sees('__SIZE 70x20__');
  });

  test('gets later, and in order, what it does not take at once', async () => {
    const program = start();
    await program.sees('__READY__');
    program.pty.write('fx');
    await program.sees('__KEY x__');
    const numbers = [...program.raw().matchAll(/<(\d+)>/g)].map((match) => Number(match[1]));
    expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
  });

  test.each([
    ['it closes', 'q', 0],
    ['the process exits', 'e', 3],
    ['an error is thrown', 'c', 1],
    ['a promise is rejected', 'r', 1],
  ])('is given back when %s', async (_, key, code) => {
    const program = start();
    await program.sees('__READY__');
    expect(program.modes()).toMatchObject({
      alternate: 'alternate',
      mouseTrackingMode: 'drag',
      bracketedPasteMode: true,
      wraparoundMode: false,
    });
    program.pty.write('k');
    await program.sees('__MODES__');
    expect(program.modes()).toMatchObject({ applicationCursorKeysMode: true, mouseTrackingMode: 'any' });
    program.pty.write(key);
    expect((await program.exited()).exitCode).toBe(code);
    expect(program.modes()).toMatchObject(USABLE);
    expect(program.raw()).toContain('\x1b[>5u');
    expect(program.raw()).toContain('\x1b[<u');
    expect(program.raw()).toMatch(/\x1b\[\?25h\x1b\[\?1049l/);
    if (key === 'c') expect(program.emulator.text().join('\n')).toContain('crashed on purpose');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'is given back on %s, and the process ends by it',
    async (signal) => {
      const program = start();
      await program.sees('__READY__');
      process.kill(program.pty.pid, signal);
      const exit = await program.exited();
      expect(exit.signal).toBe({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 }[signal]);
      expect(program.modes()).toMatchObject(USABLE);
    },
  );

  test('is given back for the time of a suspend, and taken again', async () => {
    const program = start({ shell: true });
    program.pty.write(`exec 2>&1; ${process.execPath} ${PROGRAM}\r`);
    await program.sees('__READY__');
    program.pty.write('\x1a');
    await program.sees('Stopped');
    expect(program.modes()).toMatchObject({ alternate: 'normal', mouseTrackingMode: 'none', wraparoundMode: true });
    program.pty.write('fg\r');
    await program.sees('__REPAINT__');
    expect(program.modes()).toMatchObject({ alternate: 'alternate', mouseTrackingMode: 'drag' });
    program.pty.write('x');
    await program.sees('__KEY x__');
    program.pty.write('q');
    await program.sees('LEFT');
    program.pty.write('exit\r');
    await program.exited();
  });

  test('a size that it got while the program was stopped is known when it goes on', async () => {
    const program = start({ shell: true });
    program.pty.write(`exec 2>&1; ${process.execPath} ${PROGRAM}\r`);
    await program.sees('__READY__');
    program.pty.write('\x1a');
    await program.sees('Stopped');
    program.pty.resize(90, 20);
    program.pty.write('fg\r');
    await program.sees('__SIZE 90x20__');
    program.pty.write('q');
    await program.sees('LEFT');
    program.pty.write('exit\r');
    await program.exited();
  });

  test('is lent to another program, which gets its keys, and taken again', async () => {
    const program = start();
    await program.sees('__READY__');
    program.pty.write('l');
    await program.sees('__LENT__');
    expect(program.modes()).toMatchObject(USABLE);
    program.pty.write('hello\r');
    await program.sees('__GOT hello .');
    // An interrupt is for the one that has the terminal.
    program.pty.write('\x03');
    await program.sees('__BACK null__');
    expect(program.modes()).toMatchObject({ alternate: 'alternate', bracketedPasteMode: true });
    program.pty.write('k');
    await program.sees('__MODES__');
    program.pty.write('q');
    await program.exited();
  });

  test('is taken again when the program that it was to be lent to is not there', async () => {
    const program = start();
    await program.sees('__READY__');
    program.pty.write('n');
    await program.sees('__BACK there is no such program__');
    program.pty.write('q');
    await program.exited();
  });

  test('goes on at once when no shell is there that could continue it', async () => {
    const program = start();
    await program.sees('__READY__');
    program.pty.write('\x1a');
    await program.sees('__REPAINT__');
    program.pty.write('x');
    await program.sees('__KEY x__');
  });

  test('answers of the terminal are no keys; a title has no escapes; sizes follow', async () => {
    const program = start();
    await program.sees('__READY__');
    program.pty.write('\x1b');
    await program.sees('__KEY Escape__');
    program.emulator.term.resize(100, 30);
    program.pty.resize(100, 30);
    await program.sees('__SIZE 100x30__');
    program.pty.write('k');
    await program.sees('__MODES__');
    expect(program.raw()).toContain('\x1b]2;an ]agent\x07');
    program.pty.write('q');
    await program.exited();
  });
});

describe('modes', () => {
  test('of an agent lead back to those of the cockpit', () => {
    const agent = agentModes({ ...PLAIN_MODES, applicationCursor: true, kittyKeyboard: 3, mouse: 'any' }, true);
    expect(changeModes(COCKPIT_MODES, agent)).toBe('\x1b[?1003h\x1b[?1006h\x1b[?1h\x1b[>3u');
    expect(changeModes(agent, COCKPIT_MODES)).toBe('\x1b[?1003l\x1b[?1002h\x1b[?1006h\x1b[?1l\x1b[<u');
    expect(changeModes(agent, { ...agent, keyboard: 1 })).toBe('\x1b[=1;1u');
  });
});

describe('abilities', () => {
  test.each([
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 24],
    [{ TERM: 'xterm-256color' }, 8],
    [{ TERM: 'xterm-kitty' }, 24],
    [{ TERM: 'xterm' }, 4],
    [{ TERM: 'linux' }, 4],
    [{ TERM: 'vt100' }, 1],
    [{ TERM: 'dumb' }, 1],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '1' }, 1],
  ])('%j has depth %i', (env, depth) => expect(abilitiesOf(env).depth).toBe(depth));

  test('the background is what the terminal says', () => {
    expect(backgroundOf('11;rgb:1e1e/1e1e/2e2e')).toBe('dark');
    expect(backgroundOf('11;rgb:ff/ff/f0')).toBe('light');
    expect(backgroundOf('11;?')).toBe(null);
  });
});
