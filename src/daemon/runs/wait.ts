import { isMending } from '../../core/autofix/state.ts';
import { isLive } from '../../core/lifecycle.ts';
import { TurnFold } from '../../core/runs/turn.ts';
import type { Agent } from '../../schema/agent.ts';
import type { TurnEnd } from '../../schema/workflow.ts';
import { readRecordLines } from '../../storage/record.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { structuredOf } from '../sessions/service.ts';
import { interruptTurn } from '../traces/interrupt.ts';

/** An ended agent that something is being done to (begun again, perhaps) is looked at again after this, in milliseconds. */
const BUSY_MS = 100;

interface Ask {
  turn: number;
  maxToolCalls: number | null;
  /** Raised when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** Resolves when a turn of a structured agent has ended, or its process has without being begun again by itself. */
export async function waitForTurn(ctx: Context, { id }: Agent, ask: Ask): Promise<TurnEnd> {
  const { store } = ctx;
  const first = store.agent(id);
  if (!structuredOf(first)) {
    throw new BooError('conflict', `${first.name} is driven in its own screen: it does not tell when its turns end`);
  }
  // From here to where it is listened to nothing is waited for: no event comes between.
  const turn = new TurnFold(ask.turn, pastOf(ctx, id));
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let interrupted = false;
    let done = false;
    const over = () => {
      done = true;
      undo();
      clearTimeout(timer);
      ask.signal.removeEventListener('abort', gone);
    };
    const gone = () => {
      over();
      reject(new BooError('interrupted', 'nobody waits for it any more'));
    };
    const look = () => {
      clearTimeout(timer);
      const agent = store.get().agents[id];
      if (!agent) {
        over();
        return reject(new BooError('not_found', `${first.name} was removed while it was waited for`));
      }
      const end = endOf(ctx, agent, turn, ask.maxToolCalls);
      if (end === 'later') timer = setTimeout(look, BUSY_MS);
      else if (end) {
        over();
        return resolve(end);
      }
      if (interrupted || !turn.running || !isBeyond(turn, ask.maxToolCalls)) return;
      interrupted = true;
      interruptTurn(ctx, id).catch((error) => ctx.log.warn(`${agent.name} was not interrupted: ${messageOf(error)}`));
    };
    const undo = store.onEvent((changed, event) => {
      if (changed !== id) return;
      turn.take(event);
      // Whoever reports it may be in the middle of what else it says.
      queueMicrotask(() => {
        if (!done) look();
      });
    });
    ask.signal.addEventListener('abort', gone);
    look();
  });
}

const pastOf = ({ root }: Context, id: string) => [...readRecordLines(root, id)].reverse().map(({ event }) => event);

const isBeyond = (turn: TurnFold, most: number | null) => most !== null && turn.calls > most;

/** How it ended; null: it has not; `later`: it has ended, and somebody may be about to begin it again. */
function endOf(ctx: Context, agent: Agent, turn: TurnFold, most: number | null): TurnEnd | 'later' | null {
  const common = { agent, turn: turn.turn, text: turn.text };
  const { end } = turn;
  if (end?.outcome === 'completed') return isMending(agent) ? null : { ...common, ...end };
  if (isLive(agent)) {
    // What ends after each turn tells by its exit whether it is begun again by itself.
    if (!end || structuredOf(agent)?.oneShot || agent.retries?.held !== undefined) return null;
    return { ...common, ...end, outcome: outcomeOf(agent, turn, most) };
  }
  if (agent.retries?.nextAt != null && !agent.archived) return null;
  if (ctx.busy.has(agent.id)) return 'later';
  const message = end?.message ?? agent.status.evidence.detail;
  return { ...common, outcome: outcomeOf(agent, turn, most), message };
}

function outcomeOf({ stopping }: Agent, turn: TurnFold, most: number | null): TurnEnd['outcome'] {
  if (stopping === 'timeout' || stopping === 'silence') return 'timed_out';
  if (isBeyond(turn, most)) return 'calls';
  return turn.end?.outcome ?? 'ended';
}
