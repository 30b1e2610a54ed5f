import { MAX_PAST } from '../../../schema/search-limits.ts';
import type { Field } from '../../store/dialogs.ts';
import type { Bridge } from '../bridge.ts';
import { clamp } from '../dialogs/step.ts';

const joined = (newer: readonly string[], older: readonly string[]) =>
  [...new Set([...newer, ...older])].slice(0, MAX_PAST);

/** Tells the daemon that a search begins, and takes over the patterns of before that other cockpits have left. */
export function begin({ store, call }: Bridge): void {
  const take = ({ past }: { past: string[] }) => {
    const { search } = store.getState().ui;
    // Not under the feet of who goes through them.
    if (search.pastAt < 0) store.setUi({ search: { ...search, past: joined(search.past, past) } });
  };
  call('search.begin', {}).then(take, () => {});
}

/** The pattern so many steps back from the one in the field, which is none of them at first; undefined: there is none. */
export function past({ store }: Bridge, by: 1 | -1): { field: Field; at: number } | undefined {
  const { pastAt, past: known } = store.getState().ui.search;
  const at = clamp(pastAt + by, -1, known.length - 1);
  const text = known[at] ?? '';
  return at === pastAt ? undefined : { field: { text, cursor: text.length }, at };
}

/** The pattern counts as one of before; each once, the newest first. */
export function remember({ store, call }: Bridge): void {
  const { search } = store.getState().ui;
  const { text } = search.field;
  if (text === '') return;
  store.setUi({ search: { ...search, past: joined([text], search.past), pastAt: -1 } });
  if (search.past[0] !== text) call('search.remember', { text }).catch(() => {});
}
