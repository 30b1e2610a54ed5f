import { isChecking } from '../../core/autofix/state.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { StatusState } from '../../schema/status.ts';
import { BooError } from '../../util/errors.ts';
import type { Store } from '../store.ts';

interface Ask {
  id: string;
  states: StatusState[];
  timeoutMs: number | null;
  /** Raised when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** Resolves when the agent is in one of the states, has ended in another one (it will not get there), or time is over. */
export function waitFor(
  store: Store,
  { id, states, timeoutMs, signal }: Ask,
): Promise<{ agent: Agent; timedOut: boolean }> {
  const there = (agent: Agent) =>
    (states.includes(agent.status.state) && !(agent.status.state === 'idle' && isChecking(agent))) || !isLive(agent);
  const first = store.agent(id);
  if (there(first)) return Promise.resolve({ agent: first, timedOut: false });
  return new Promise((resolve, reject) => {
    const finish = () => {
      undo();
      clearTimeout(timer);
      signal.removeEventListener('abort', gone);
    };
    const gone = () => {
      finish();
      reject(new BooError('interrupted', 'nobody waits for it any more'));
    };
    const undo = store.onEvent((changed, _event, agent) => {
      if (changed !== id || (agent && !there(agent))) return;
      finish();
      if (agent) resolve({ agent, timedOut: false });
      else reject(new BooError('not_found', `${first.name} was removed while it was waited for`));
    });
    const timer =
      timeoutMs === null
        ? undefined
        : setTimeout(
            () => {
              finish();
              resolve({ agent: store.agent(id), timedOut: true });
            },
            Math.min(timeoutMs, 2 ** 31 - 1),
          );
    signal.addEventListener('abort', gone);
  });
}
