import { isDeepStrictEqual } from 'node:util';
import type { SearchResult } from '../../../schema/search.ts';
import { layoutOf } from '../../selectors/screen.ts';
import { patternOf, type SearchUi } from '../../store/search.ts';
import { placeOf } from '../../views/search/results.ts';
import { resultsHeight } from '../../views/search/view.ts';
import type { Bridge } from '../bridge.ts';
import { createAsking } from './ask.ts';
import { renewed } from './renew.ts';

/** Matches asked for: some thirty screens of them; the newest of each agent when there are more. */
const LIMIT = 300;
/** A wait of this many milliseconds is noticed; a shorter one is not worth a word. */
const SLOW_MS = 150;

interface Asking extends ReturnType<typeof createAsking> {
  /** How often was looked for what somebody wrote or chose. */
  runs: number;
}

const askings = new WeakMap<Bridge, Asking>();

function askingOf(bridge: Bridge): Asking {
  const known = askings.get(bridge);
  if (known) return known;
  const made = { ...createAsking(bridge, 'search'), runs: 0 };
  askings.set(bridge, made);
  return made;
}

export const runsOf = (bridge: Bridge): number => askingOf(bridge).runs;

const changing =
  ({ store }: Bridge) =>
  (next: Partial<SearchUi>) =>
    store.setUi({ search: { ...store.getState().ui.search, ...next } });

/** Looks for what stands in the field. Results of before stay until the answer is here. */
export function run(bridge: Bridge) {
  const { store } = bridge;
  const asking = askingOf(bridge);
  asking.runs += 1;
  const { search } = store.getState().ui;
  const change = changing(bridge);
  const pattern = patternOf(search);
  if (pattern.text === '') {
    asking.forget();
    return change({ result: null, of: null, error: null, busy: false, slow: false, index: 0 });
  }
  change({ busy: true, place: null });
  const slow = setTimeout(() => change({ slow: true }), SLOW_MS);
  const take = (result: SearchResult) => {
    const index = sameHit(store.getState().ui.search, result);
    change({ of: pattern, result, error: null, index });
  };
  // Nothing so far is no answer yet.
  const takePart = (part: SearchResult) => part.total > 0 && take(part);
  void asking.ask(wishOf(search), takePart).then((answer) => {
    clearTimeout(slow);
    if (answer === 'old') return;
    change({ busy: false, slow: false });
    if ('error' in answer) change({ of: pattern, result: null, error: answer.error, index: 0 });
    else take(answer.result);
  });
}

const wishOf = (search: SearchUi) => ({
  pattern: patternOf(search),
  agents: search.scope.kind === 'agent' ? [search.scope.id] : [],
  states: search.scope.kind === 'state' ? [search.scope.state] : [],
  all: search.ended,
  limit: LIMIT,
  before: search.context,
  after: search.context,
  since: null,
});

/**
 * Looks once more, since agents have printed: the chosen match stays where it is, new ones come in, and nothing is said of it. Not while
 * somebody's own search is under way, which gives false, nor for a pattern that is none.
 */
export async function lookAgain(bridge: Bridge): Promise<boolean> {
  const { store } = bridge;
  const { search } = store.getState().ui;
  if (search.busy) return false;
  if (search.error || search.field.text === '') return true;
  const answer = await askingOf(bridge).ask(wishOf(search));
  if (answer === 'old' || 'error' in answer) return true;
  const now = store.getState();
  const { result: before } = now.ui.search;
  const { result, index } = before ? renewed(before, now.ui.search.index, answer.result) : { ...answer, index: 0 };
  if (isDeepStrictEqual(before, result)) return true;
  const pane = layoutOf(now).panes.find(({ id }) => id === 'output');
  const place = pane && before?.matches.length ? placeOf(now.ui.search, before, resultsHeight(now, pane.rect)) : null;
  changing(bridge)({ result, index, place });
  return true;
}

/** Where the chosen match stands in the new answer; the first one when it is not in it. */
function sameHit({ result, index }: SearchUi, next: SearchResult): number {
  const old = result?.matches[index];
  if (!old) return 0;
  const at = next.matches.findIndex((one) => one.id === old.id && one.epoch === old.epoch && one.line === old.line);
  return Math.max(0, at);
}
