import type { Say } from '../bridge/say.ts';
import type { BridgeIn } from '../schema/bridge.ts';
import type { RunOutcome } from '../schema/run.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { PlacedError } from '../util/placed.ts';
import { Calls } from './calls.ts';
import { Children } from './children.ts';
import { openClient, type RunClient } from './client.ts';
import type { RunContext } from './context.ts';
import { runForm } from './form.ts';
import { readPast } from './past.ts';
import { Questions } from './questions.ts';
import { type Ending, Telling } from './telling.ts';
import { withinTime } from './within-time.ts';

const EXIT: Record<RunOutcome, number> = { completed: 0, failed: 1, timed_out: 1, cancelled: 130 };
const CANCELLED: Record<RunOutcome, string> = {
  completed: 'the run ended without waiting for it',
  failed: 'the run failed',
  timed_out: 'the run’s time was over',
  cancelled: 'the run was stopped',
};

export interface RunOptions {
  root: string;
  /** Id of the run's agent. */
  agent: string;
  say: Say;
  start: Extract<BridgeIn, { do: 'start' }>;
  /** Aborted: the run is cancelled. */
  signal: AbortSignal;
  /** Called with what takes the answers of people, as soon as there is something to answer. */
  onQuestions(questions: Questions): void;
}

/** Carries out one life of a run, from connecting to its last word. Resolves with the exit code; never rejects. */
export async function carryOut({ root, agent, say, start, signal, onQuestions }: RunOptions): Promise<number> {
  const turn = start.turn + 1;
  const children = new Children();
  let client: RunClient | undefined;
  say.report({ type: 'session', sessionId: agent });
  say.report({ type: 'turnStarted', turn, prompt: null, model: null, line: null });
  if (start.prompt) {
    const evidence = { source: 'protocol' as const, detail: 'the run goes on' };
    say.receipt({ prompt: start.prompt.id, receipt: 'accepted', evidence });
  }
  let ending: Ending;
  try {
    client = await openClient(root, agent, children);
    const { spec } = await client.call('run.spec', { agent });
    const past = start.turn === 0 ? null : await readPast(client, agent);
    const telling = new Telling(say, past?.run ?? null);
    const questions = new Questions(say, past?.answers ?? new Map());
    onQuestions(questions);
    const limit = withinTime(signal, spec.timeoutMs, past?.worked);
    const warn = (text: string) => telling.note('warn', text);
    const calls = new Calls({ agent, spec, client, children, past, warn });
    const at = { path: '', parent: null };
    const context = { agent, spec, client, telling, questions, calls, past, signal: limit.signal, ...at };
    ending = await endOf(context);
    limit.clear();
    await calls.settle();
    telling.ended(ending, CANCELLED[ending.outcome]);
  } catch (error) {
    ending = failure(error);
    say.report({ type: 'runEnded', ...ending });
  }
  const outcome = ending.outcome === 'timed_out' ? 'failed' : ending.outcome;
  const ended = outcome === 'cancelled' ? 'interrupted' : outcome;
  say.report({ type: 'turnEnded', turn, outcome: ended, message: ending.error, durationMs: null });
  say.flush();
  client?.close();
  return EXIT[ending.outcome];
}

async function endOf(context: RunContext): Promise<Ending> {
  try {
    const value = await runForm(context);
    return { outcome: 'completed', result: JSON.stringify(value ?? null), error: null, place: null };
  } catch (error) {
    return failure(context.signal.aborted ? context.signal.reason : error);
  }
}

function failure(error: unknown): Ending {
  const code = error instanceof BooError ? error.code : 'failed';
  const outcome = code === 'interrupted' ? 'cancelled' : code === 'timed_out' ? 'timed_out' : 'failed';
  const place = error instanceof PlacedError ? error.place : null;
  return { outcome, result: null, error: messageOf(error), place };
}
