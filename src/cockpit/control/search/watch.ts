import { setTimeout as delay } from 'node:timers/promises';
import type { Cockpit } from '../../store/model.ts';
import type { Bridge } from '../bridge.ts';
import { lookAgain, runsOf } from './run.ts';

/** Between two looks, in milliseconds, while agents print. */
const LEAST_MS = 500;
/** A look that takes long, over what is kept on disk perhaps, is followed by a rest so many times as long. */
const RESTS = 4;

const isSeen = ({ ui, data }: Cockpit) =>
  ui.view === 'search' && data.link === 'connected' && ui.search.field.text !== '';

/** Looks again for what is looked for as long as that is seen, whenever agents have printed; nothing runs while they do not. */
export function watchResults(bridge: Bridge): () => void {
  const { store } = bridge;
  let watching: AbortController | null = null;
  const follow = (state: Cockpit) => {
    if (isSeen(state) === (watching !== null)) return;
    watching?.abort();
    watching = isSeen(state) ? new AbortController() : null;
    // A daemon that is gone, or that does not tell: the results stay as they are.
    if (watching) watch(bridge, watching.signal).catch(() => {});
  };
  const undo = store.subscribe(follow);
  return () => {
    undo();
    watching?.abort();
  };
}

async function watch(bridge: Bridge, signal: AbortSignal): Promise<void> {
  const runs = runsOf(bridge);
  let after: number | null = null;
  for (;;) {
    const { count }: { count: number } = await bridge.call('search.printed', { after });
    if (signal.aborted) return;
    const begun = performance.now();
    // What somebody has looked for meanwhile is told with its own answer.
    const again = after !== null || runsOf(bridge) === runs;
    if (!again || (await lookAgain(bridge))) after = count;
    await delay(Math.max(LEAST_MS, (performance.now() - begun) * RESTS), undefined, { signal, ref: false });
  }
}
