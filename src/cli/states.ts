import { suggest } from '../core/suggest.ts';
import { StatusState } from '../schema/status.ts';
import { BooError } from '../util/errors.ts';

/** States with commas between them. Throws `usage` for one that there is not. */
export function parseStates(text: string): StatusState[] {
  return text.split(',').map((word) => {
    const state = StatusState.safeParse(word.trim());
    if (state.success) return state.data;
    const near = suggest(word.trim(), StatusState.options);
    const hint = near ? `Did you mean ${near}?` : `States are ${StatusState.options.join(', ')}.`;
    throw new BooError('usage', `there is no state ${JSON.stringify(word.trim())}`, hint);
  });
}
