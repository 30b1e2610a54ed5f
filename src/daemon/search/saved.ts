import { v7 as uuidv7 } from 'uuid';
import { readPattern } from '../../core/search/pattern.ts';
import type { SavedSearch } from '../../schema/search.ts';

import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { agentNamed } from '../named.ts';

/** So many searches may watch at the same time: each is run over every new line of every agent. */
const MAX_SAVED = 50;

/** Keeps a search that watches. The same pattern over the same agents is kept once. Errors: `usage`, `not_found`. */
export function saveSearch(ctx: Context, { pattern, agents }: Pick<SavedSearch, 'pattern' | 'agents'>): SavedSearch {
  readPattern(pattern);
  const ids = agents.map((query) => agentNamed(ctx, query).id);
  const wanted = { pattern, agents: [...new Set(ids)].sort() };
  const known = ctx.store.get().searches ?? [];
  const same = known.find((one) => isSame(one, wanted));
  if (same) return same;
  if (known.length >= MAX_SAVED) {
    throw new BooError('failed', `${MAX_SAVED} searches are saved already`, 'Forget one of them first.');
  }
  const saved = { id: uuidv7(), ...wanted, createdAt: Date.now() };
  change(ctx, [...known, saved]);
  return saved;
}

/** Errors: `not_found`. */
export function forgetSearch(ctx: Context, id: string): void {
  const known = ctx.store.get().searches ?? [];
  if (!known.some((one) => one.id === id)) throw new BooError('not_found', `there is no saved search ${id}`);
  change(
    ctx,
    known.filter((one) => one.id !== id),
  );
}

function change({ store, publish, lookouts }: Context, searches: SavedSearch[]): void {
  store.setSearches(searches);
  lookouts.changed();
  publish('searches', { searches });
}

const isSame = (a: Pick<SavedSearch, 'pattern' | 'agents'>, b: Pick<SavedSearch, 'pattern' | 'agents'>) =>
  JSON.stringify([a.pattern.text, a.pattern.fixed, a.pattern.case, a.agents]) ===
  JSON.stringify([b.pattern.text, b.pattern.fixed, b.pattern.case, b.agents]);
