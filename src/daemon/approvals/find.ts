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
 * The open request of this id or unique prefix of one. Throws `conflict` for one that is among the `closed`, with how it was closed:
 * an answer that comes too late must be seen as one; `not_found` for any other.
 */
export function find(store: Pick<Store, 'all'>, query: string, closed: ReadonlyMap<string, string> = new Map()): Open {
  const open = openOf(store);
  const exact = open.find(({ approval }) => approval.id === query);
  if (exact) return exact;
  const like = query === '' ? [] : open.filter(({ approval }) => approval.id.startsWith(query));
  if (like.length === 1) return like[0]!;
  const ids = like.map(({ approval }) => approval.id).join(', ');
  if (like.length > 1) throw new BooError('usage', `${query} may mean ${ids}`, 'Give more of it.');
  const hint = 'Nothing was sent. boocode inbox lists what waits.';
  const how = closed.get(query);
  if (how !== undefined) throw new BooError('conflict', `the request ${query} waits no more: ${how}`, hint);
  throw new BooError('not_found', `no request ${JSON.stringify(query)} waits`, hint);
}
