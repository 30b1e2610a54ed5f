import { execFileSync } from 'node:child_process';
import { until } from './wait.ts';

export interface TestTmux {
  /** Runs one tmux command on this server and gives its output. */
  run(...args: string[]): string;
  /** Keys by tmux's names to a pane (default: the only one). */
  keys(...keys: string[]): void;
  /** Text as it is. */
  type(text: string): void;
  screen(target?: string): string;
  shows(what: string | RegExp, options?: { timeout?: number; target?: string }): Promise<void>;
  resize(cols: number, rows: number): void;
  close(): void;
}

/** A tmux server of its own with one session that runs `argv`; `close` ends the server and all in it. */
export function openTmux(
  argv: string[],
  { cols = 120, rows = 40, cwd = process.cwd(), name = `${process.pid}` } = {},
): TestTmux {
  const socket = `boocode-test-${name}`;
  const run = (...args: string[]) =>
    execFileSync('tmux', ['-L', socket, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const quoted = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  run('-f', '/dev/null', 'new-session', '-d', '-x', `${cols}`, '-y', `${rows}`, '-c', cwd, quoted);
  run('set', '-g', 'remain-on-exit', 'on');
  run('set', '-g', 'escape-time', '0');
  const screen = (target?: string) => run('capture-pane', '-p', ...(target ? ['-t', target] : []));
  return {
    run,
    keys: (...keys) => void run('send-keys', ...keys),
    type: (text) => void run('send-keys', '-l', text),
    screen,
    shows: async (what, { timeout, target } = {}) => {
      const has = () => (typeof what === 'string' ? screen(target).includes(what) : what.test(screen(target)));
      await until(`tmux shows ${what}`, has, { timeout }).catch((error) => {
        throw new Error(`${error.message}\n${screen(target)}`);
      });
    },
    resize: (nextCols, nextRows) => void run('resize-window', '-x', `${nextCols}`, '-y', `${nextRows}`),
    close() {
      try {
        run('kill-server');
      } catch {
        // It has ended already.
      }
    },
  };
}
