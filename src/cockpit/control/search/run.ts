import type { SearchResult } from '../../../schema/search.ts';
import { patternOf, type SearchUi } from '../../store/search.ts';
import type { Bridge } from '../bridge.ts';
import { createAsking } from './ask.ts';

/** Matches asked for: some thirty screens of them; the newest of each agent when there are more. */
const LIMIT = 300;
/** A wait of this many milliseconds is noticed; a shorter one is not worth a word. */
const SLOW_MS = 150;

const askings = new WeakMap<Bridge, ReturnType<typeof createAsking>>();

/** Looks for what stands in the field. Results of before stay until the answer is here. */
export function run(bridge: Bridge) {
  const { store } = bridge;
  let asking = askings.get(bridge);
  if (!asking) askings.set(bridge, (asking = createAsking(bridge, 'search')));
  const { search } = store.getState().ui;
  const change = (next: Partial<SearchUi>) => store.setUi({ search: { ...store.getState().ui.search, ...next } });
  const pattern = patternOf(search);
  if (pattern.text === '') {
    asking.forget();
    return change({ result: null, of: null, error: null, busy: false, slow: false, index: 0 });
  }
  change({ busy: true });
  const slow = setTimeout(() => change({ slow: true }), SLOW_MS);
  const take = (result: SearchResult) => {
    const index = sameHit(store.getState().ui.search, result);
    change({ of: pattern, result, error: null, index });
  };
  const wish = {
    pattern,
    agents: search.scope.kind === 'agent' ? [search.scope.id] : [],
    states: search.scope.kind === 'state' ? [search.scope.state] : [],
    all: search.ended,
    limit: LIMIT,
    before: search.context,
    after: search.context,
    since: null,
  };
  // Nothing so far is no answer yet.
  const takePart = (part: SearchResult) => part.total > 0 && take(part);
  void asking.ask(wish, takePart).then((answer) => {
    clearTimeout(slow);
    if (answer === 'old') return;
    change({ busy: false, slow: false });
    if ('error' in answer) change({ of: pattern, result: null, error: answer.error, index: 0 });
    else take(answer.result);
  });
}

/** Where the chosen match stands in the new answer; the first one when it is not in it. */
function sameHit({ result, index }: SearchUi, next: SearchResult): number {
  const old = result?.matches[index];
  if (!old) return 0;
  const at = next.matches.findIndex((one) => one.id === old.id && one.epoch === old.epoch && one.line === old.line);
  return Math.max(0, at);
}
