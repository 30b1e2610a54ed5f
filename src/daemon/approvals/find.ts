import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Approval } from '../../schema/approval.ts';
import { BooError } from '../../util/errors.ts';
import type { Store } from '../store.ts';

export interface Open {
  agent: Agent;
  approval: Approval;
}

/** All requests that wait, oldest first. */
export const openOf = (store: Pick<Store, 'all'>): Open[] =>
  store
    .all()
    .filter(isLive)
    .flatMap((agent) => (agent.approvals ?? []).map((approval) => ({ agent, approval })))
    .sort((a, b) => a.approval.at - b.approval.at);

/**
 * The open request of this id or unique prefix of one. Throws `not_found`: also what was answered meanwhile is told so, since a
 * stale answer must be seen as one.
 */
export function find(store: Pick<Store, 'all'>, query: string): Open {
  const open = openOf(store);
  const exact = open.find(({ approval }) => approval.id === query);
  if (exact) return exact;
  const like = query === '' ? [] : open.filter(({ approval }) => approval.id.startsWith(query));
  if (like.length === 1) return like[0]!;
  const ids = like.map(({ approval }) => approval.id).join(', ');
  if (like.length > 1) throw new BooError('usage', `${query} may mean ${ids}`, 'Give more of it.');
  throw new BooError(
    'conflict',
    `no request ${JSON.stringify(query)} waits: it was answered or withdrawn, or there never was one`,
    'Nothing was sent. boocode inbox lists what waits.',
  );
}
