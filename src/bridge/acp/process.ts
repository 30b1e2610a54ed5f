import { spawn } from 'node:child_process';
import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import type { Exit } from '../../schema/agent.ts';
import { inTime } from '../../util/in-time.ts';
import { createLines } from '../../util/lines.ts';
import { signalGroup } from '../group.ts';

/** Characters of one message that are put together (lines of 50 MB were seen); a longer one comes in pieces, as raw output. */
const MAX_MESSAGE = 128 * 1024 * 1024;
/** After its end others may hold its output open: what it printed itself has come by then. Milliseconds. */
const REST_MS = 250;
/** How long it may take to end by itself once its input is closed, and then after SIGTERM. Milliseconds. */
const END_MS = 3000;
const TERM_MS = 2000;

export interface AgentHooks {
  /** Parameters of a `session/update`: told at once and in order, while the SDK would answer a later message first. */
  onUpdate(params: unknown): void;
  /** A line that is no message of the protocol. */
  onRaw(why: 'text' | 'unknown', text: string): void;
}

export interface AgentProcess {
  stream: Stream;
  /** Settles when it has ended and what it printed is read. `error`: why it could not be started. */
  exited: Promise<Exit & { error?: string }>;
  /** Closes its input, and ends it and all that it started when it does not end by that. */
  end(): Promise<void>;
}

/** Starts an agent in our own process group: who ends that ends it too. Its standard error is ours. */
export function openAgent(argv: readonly string[], hooks: AgentHooks): AgentProcess {
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {});
  let open: ReadableStreamDefaultController<AnyMessage> | undefined;
  const readable = new ReadableStream<AnyMessage>({
    start(controller) {
      open = controller;
    },
    cancel() {
      open = undefined;
    },
  });
  const lines = createLines((text) => take(text, hooks, (message) => open?.enqueue(message)), MAX_MESSAGE);
  child.stdout.on('data', (bytes: Buffer) => lines.add(bytes));
  const writable = new WritableStream<AnyMessage>({
    write: (message) => new Promise((done) => child.stdin.write(`${JSON.stringify(message)}\n`, () => done())),
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exited = new Promise<Exit & { error?: string }>((resolve) => {
    const settle = (exit: Exit & { error?: string }) => {
      lines.end();
      resolve(exit);
      // Its end is told before the connection takes back what it had asked for.
      setImmediate(() => open?.close());
    };
    child.once('error', (error) => settle({ code: 127, signal: null, error: error.message }));
    child.once('exit', async (code, signal) => {
      await inTime(closed, REST_MS, null);
      settle(signal ? { code: null, signal } : { code: code ?? 0, signal: null });
    });
  });
  return { stream: { readable, writable }, exited, end: () => end(child, exited) };
}

function take(text: string, hooks: AgentHooks, forward: (message: AnyMessage) => void): void {
  if (text.trim() === '') return;
  const message = parse(text);
  if (message === undefined) hooks.onRaw('text', text);
  else if (message.jsonrpc !== '2.0') hooks.onRaw('unknown', text);
  else if (message.method === 'session/update') hooks.onUpdate(message.params);
  else forward(message as unknown as AnyMessage);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function end(child: ReturnType<typeof spawn>, exited: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  const ended = exited.then(() => true);
  if (await inTime(ended, END_MS, false)) return;
  signalGroup('SIGTERM', child);
  if (!(await inTime(ended, TERM_MS, false))) child.kill('SIGKILL');
}
