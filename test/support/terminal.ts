import headless from '@xterm/headless';
import { type IPty, spawn } from 'node-pty';
import { until } from './wait.ts';

export interface TestTerminal {
  readonly pty: IPty;
  readonly emulator: headless.Terminal;
  /** Set once the program has ended. */
  readonly exit: { code: number; signal: number | undefined } | undefined;
  /** Everything the program wrote, in Latin-1, for looking at escape sequences. */
  readonly raw: string;
  /** The visible rows, right-trimmed. */
  lines(): string[];
  text(): string;
  type(keys: string): void;
  resize(cols: number, rows: number): void;
  /** Waits until the screen shows this. */
  shows(what: string | RegExp, timeout?: number): Promise<void>;
  /** Waits until the screen no longer shows this. */
  hides(what: string | RegExp, timeout?: number): Promise<void>;
  /** Waits for the program's end, and until its last words are on the screen; gives its exit code. */
  ended(timeout?: number): Promise<number>;
  kill(): void;
}

/** A program in a real PTY, watched through a real emulator: what a person at this terminal would see. */
export function openTerminal(
  argv: string[],
  { cols = 120, rows = 40, cwd = process.cwd(), env = {} as Record<string, string | undefined> } = {},
): TestTerminal {
  const emulator = new headless.Terminal({ cols, rows, allowProposedApi: true, scrollback: 200 });
  const childEnv = { ...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', ...env };
  const pty = spawn(argv[0]!, argv.slice(1), { cols, rows, cwd, env: childEnv, encoding: null });
  const chunks: Buffer[] = [];
  let exit: TestTerminal['exit'];
  pty.onData((data) => {
    const bytes = Buffer.from(data as unknown as Buffer);
    chunks.push(bytes);
    emulator.write(bytes);
  });
  // The emulator answers the program's queries, as a terminal does.
  emulator.onData((answer) => {
    if (!exit) pty.write(answer);
  });
  pty.onExit((event) => {
    exit = { code: event.exitCode, signal: event.signal };
  });

  const lines = () => {
    const buffer = emulator.buffer.active;
    return Array.from(
      { length: emulator.rows },
      (_, y) => buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? '',
    );
  };
  const text = () => lines().join('\n');
  const has = (what: string | RegExp) => (typeof what === 'string' ? text().includes(what) : what.test(text()));
  const fail = (verb: string, what: string | RegExp) => (error: Error) => {
    throw new Error(`${error.message}\nwaited until the screen ${verb} ${what}, it is:\n${text()}`);
  };

  return {
    pty,
    emulator,
    get exit() {
      return exit;
    },
    get raw() {
      return Buffer.concat(chunks).toString('latin1');
    },
    lines,
    text,
    type: (keys) => pty.write(keys),
    resize(nextCols, nextRows) {
      emulator.resize(nextCols, nextRows);
      pty.resize(nextCols, nextRows);
    },
    shows: (what, timeout) =>
      until(`the screen shows ${what}`, () => has(what), { timeout }).then(() => {}, fail('shows', what)),
    hides: (what, timeout) =>
      until(`the screen hides ${what}`, () => !has(what), { timeout }).then(() => {}, fail('hides', what)),
    async ended(timeout) {
      const { code } = await until('the program has ended', () => exit, { timeout });
      await new Promise<void>((resolve) => emulator.write('', resolve));
      return code;
    },
    kill() {
      if (!exit) pty.kill('SIGKILL');
      emulator.dispose();
    },
  };
}
