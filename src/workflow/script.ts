import { basename } from 'node:path';
import { readScript, ScriptError } from '../core/scripts/script.ts';
import { runScript } from '../sandbox/sandbox.ts';
import { CallAsk } from '../schema/workflow.ts';
import { BooError } from '../util/errors.ts';
import { PlacedError } from '../util/placed.ts';
import { type CallEnd, spentBy } from './calls.ts';
import type { RunContext } from './context.ts';
import { runNested } from './nested.ts';
import { keyOf } from './stable.ts';
import { Step } from './step.ts';

/** Characters of a prompt that stand for a call that has no label. */
const LABEL = 60;

/** Carries out a script, or one that it calls. Rejects with PlacedError where it fails, or with the reason of the context's signal. */
export async function runScriptForm(context: RunContext): Promise<unknown> {
  const { spec, telling, calls, path } = context;
  const file = spec.file === null ? `${spec.workflow}.js` : basename(spec.file);
  const { module, meta } = read(spec.source, file);
  if (path === '') telling.began(spec.workflow, 'script', meta.phases ?? []);
  const script = new Script(context);
  const seed = Number.parseInt(keyOf({ at: spec.startedAt, path }).slice(0, 8), 16);
  const sandbox = runScript({
    file,
    module,
    args: spec.args,
    budget: spec.budget,
    clock: { now: spec.startedAt, seed },
    limits: spec.sandbox,
    doors: script,
    signal: script.signal,
  });
  const undo = calls.children.onSpent((spent) => sandbox.spend(spent));
  try {
    return await sandbox.result;
  } catch (error) {
    throw script.signal.aborted ? script.signal.reason : error;
  } finally {
    undo();
    await script.end();
  }
}

function read(source: string, file: string) {
  try {
    return readScript(source);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw new PlacedError('failed', error.message, `${file}:${error.line}:${error.column}`);
  }
}

/** What a script asks of the world. */
class Script {
  readonly signal: AbortSignal;
  readonly #context: RunContext;
  readonly #over = new AbortController();
  readonly #open = new Set<Promise<unknown>>();
  /** How often each call was made, by what it asks. */
  readonly #times = new Map<string, number>();
  #phase: string | null = null;

  constructor(context: RunContext) {
    this.#context = context;
    this.signal = AbortSignal.any([context.signal, this.#over.signal]);
  }

  agent = (wish: unknown): Promise<unknown> => this.#track(() => this.#call(wish));
  workflow = (wish: unknown): Promise<unknown> =>
    this.#track(() => this.#nested(wish as { name: string; args: unknown }));

  phase = (title: string): void => {
    this.#phase = title;
    this.#context.telling.phase(title);
  };

  log = (level: 'log' | 'warn' | 'error', text: string): void => this.#context.telling.note(level, text);

  /** Nobody waits any more for what is still open: it is stopped. */
  async end(): Promise<void> {
    this.#over.abort(new BooError('interrupted', 'the script ended without waiting for it'));
    await Promise.allSettled(this.#open);
  }

  async #track<T>(task: () => Promise<T>): Promise<T> {
    const open = task();
    this.#open.add(open);
    try {
      return await open;
    } catch (error) {
      // What is wrong with a call the script can catch; anything else ends it.
      if (!(error instanceof BooError) || (error.code === 'failed' && !(error instanceof PlacedError)))
        this.#over.abort(error);
      throw error;
    } finally {
      this.#open.delete(open);
    }
  }

  /** The same in each life of the run. */
  #key(what: unknown): string {
    const { path } = this.#context;
    const text = keyOf({ path, what });
    const times = (this.#times.get(text) ?? 0) + 1;
    this.#times.set(text, times);
    return path + keyOf({ path, what, times });
  }

  async #call(wish: unknown): Promise<unknown> {
    const checked = CallAsk.safeParse(wish);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      throw new BooError('usage', `agent: ${[...(issue?.path ?? []), issue?.message].join(': ')}`);
    }
    const { spec, telling, calls, parent } = this.#context;
    const { label, phase = this.#phase, ...rest } = checked.data;
    if (rest.runtime !== undefined && NO_AGENTS.has(rest.runtime))
      throw new BooError(
        'usage',
        `agent: runtime ${rest.runtime} is no agent; commands are run by code steps of flows`,
      );
    const named = rest.runtime !== undefined || rest.profile !== undefined;
    const { runtime, profile, model } = spec;
    const ask = { ...(named ? {} : given({ runtime, profile, model })), ...rest };
    const call = { key: this.#key(wish), label: label ?? labelOf(rest.prompt), phase };
    const step = new Step(telling, { id: call.key, label: call.label, phase, kind: 'agent', parent });
    const end = await calls.carryOut({
      call,
      ask,
      cache: true,
      signal: this.signal,
      onPending: (queued) => step.pending(queued),
      onAgent: (agent) => step.running(agent.id),
    });
    step.end(end);
    return answerOf(end);
  }

  #nested({ name, args }: { name: string; args: unknown }): Promise<unknown> {
    const { telling } = this.#context;
    const id = this.#key({ workflow: name, args });
    const step = new Step(telling, { id, label: name, phase: this.#phase, kind: 'workflow', parent: null });
    return runNested({ ...this.#context, signal: this.signal }, { id, name, args }, step);
  }
}

/** They do what they are given and ask nobody: a script reaches the world through agents alone. */
const NO_AGENTS: ReadonlySet<string> = new Set(['command-exec', 'workflow']);

const labelOf = (prompt: string): string => {
  const line = prompt.trim().split('\n', 1)[0]!;
  return line.length <= LABEL ? line : `${line.slice(0, LABEL - 1)}…`;
};

const given = (all: Record<string, string | null>) =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Record<string, string>;

/** What `agent.detail` gives; `agent` gives its `output`. */
function answerOf(end: CallEnd): unknown {
  if (!end.ok) return { ok: false, error: end.error, outcome: end.outcome, agent: end.agent?.name ?? null };
  const { output, text, changes, cached, agent } = end;
  const { tokens, usd } = agent ? spentBy(agent) : { tokens: 0, usd: 0 };
  return { ok: true, output, text, agent: agent?.name ?? null, tokens, cost: usd, changes, cached };
}
