import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { until } from '../../support/wait.ts';

/** What crossed a CLI's pipes, line by line: `<` it printed, `!` on standard error, `>` it was told, `=` how it ended. */
export interface Pipe {
  readonly lines: readonly string[];
  /** Writes one line of JSON to its standard input. */
  say(message: object): void;
  /** The messages it printed so far. */
  heard(): Message[];
  /** Waits for a message like this one (after those that an earlier wait gave) and returns it. */
  hears(what: string, like: (message: Message) => boolean): Promise<Message>;
  signal(name: NodeJS.Signals): void;
  /** Closes its standard input. */
  close(): void;
  ended: Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a CLI prints
export type Message = Record<string, any>;

/** Starts a CLI in a group of its own and keeps all that crosses its pipes. */
export function startPipe(argv: string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): Pipe {
  const child = spawn(argv[0]!, argv.slice(1), { cwd, env, stdio: 'pipe', detached: true });
  const lines: string[] = [];
  let next = 0;
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(`< ${line}`));
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(`! ${line}`));
  const ended = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      lines.push(`= ${signal ?? code}`);
      resolve();
    });
  });
  const parsed = (line: string): Message | null => {
    if (!line.startsWith('< ')) return null;
    try {
      return JSON.parse(line.slice(2)) as Message;
    } catch {
      return null;
    }
  };
  return {
    lines,
    say(message) {
      const line = JSON.stringify(message);
      lines.push(`> ${line}`);
      child.stdin.write(`${line}\n`);
    },
    heard: () => lines.flatMap((line) => parsed(line) ?? []),
    hears: (what, like) =>
      until(
        what,
        () => {
          for (let at = next; at < lines.length; at++) {
            const message = parsed(lines[at]!);
            if (!message || !like(message)) continue;
            next = at + 1;
            return message;
          }
          return null;
        },
        { timeout: 30_000, seen: () => lines.slice(-3).map((line) => line.slice(0, 500)) },
      ),
    signal: (name) => void process.kill(-child.pid!, name),
    close: () => void child.stdin.end(),
    ended,
  };
}
