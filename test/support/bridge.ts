import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Delta } from '../../src/schema/activity.ts';
import type { Exit } from '../../src/schema/agent.ts';
import { type BridgeIn, BridgeOut } from '../../src/schema/bridge.ts';
import type { Activity } from '../../src/schema/event.ts';
import { entryPath } from '../../src/util/entry.ts';
import { createLines } from '../../src/util/lines.ts';
import { until } from './wait.ts';

type Unstamped<E> = E extends unknown ? Omit<E, 'at' | 'epoch' | 'from'> : never;
type Report = Unstamped<Activity> | { type: 'session'; sessionId: string };
type Of<T extends Report['type']> = Extract<Report, { type: T }>;

export const SCRIPTED = join(import.meta.dirname, 'acp-agent.mjs');

/** A real bridge as a host starts it, in a process group of its own; what it prints is checked by schema/bridge. */
export function startBridge(words: readonly string[], { cwd, env }: { cwd: string; env?: NodeJS.ProcessEnv }) {
  const child = spawn(process.execPath, [entryPath('bridge'), ...words], {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: 'pipe',
  });
  const reports: Report[] = [];
  const deltas: Delta[] = [];
  const receipts: { prompt: string; receipt: string; detail: string }[] = [];
  const refusals: string[] = [];
  let stderr = '';
  const lines = createLines((line) => {
    const said = BridgeOut.parse(JSON.parse(line));
    if (said.boocode === 'report') reports.push(said.report as Report);
    else if (said.boocode === 'delta') deltas.push(said.delta);
    else if (said.boocode === 'refused') refusals.push(said.message);
    else receipts.push({ prompt: said.prompt, receipt: said.receipt, detail: said.evidence.detail });
  });
  child.stdout.on('data', (bytes: Buffer) => lines.add(bytes));
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  child.stdin.on('error', () => {});
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const send = (message: BridgeIn) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const all = <T extends Report['type']>(type: T) => reports.filter((one): one is Of<T> => one.type === type);
  let prompts = 0;
  const bridge = {
    pid: child.pid!,
    reports,
    deltas,
    receipts,
    refusals,
    exited,
    all,
    send,
    stderr: () => stderr,
    text: (text: string, images: string[] = []) => ({ id: `p${++prompts}`, text, images }),
    start: ({
      resume = null as string | null,
      turn = 0,
      usd,
    }: {
      resume?: string | null;
      turn?: number;
      usd?: number;
    } = {}) => send({ do: 'start', resume, prompt: null, turn, ...(usd !== undefined && { usd }) }),
    prompt: (text: string | object[], images?: string[]) =>
      send({ do: 'prompt', prompt: bridge.text(typeof text === 'string' ? text : JSON.stringify(text), images) }),
    /** The n-th report of its kind, counted from 1, once it is there. */
    nth: <T extends Report['type']>(type: T, n = 1): Promise<Of<T>> =>
      until(`${type} ${n}`, () => all(type)[n - 1], {
        seen: () => ({ reports: reports.slice(-8), refusals, receipts, stderr: stderr.slice(-2000) }),
      }),
    /** Closes its input; resolves with how it ended. */
    end: () => {
      child.stdin.end();
      return exited;
    },
    signal: (signal: NodeJS.Signals) => child.kill(signal),
  };
  return bridge;
}
export type Bridge = ReturnType<typeof startBridge>;
