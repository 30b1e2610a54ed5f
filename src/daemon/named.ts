import { findAgent } from '../core/names.ts';
import type { Agent } from '../schema/agent.ts';
import type { Context } from './context.ts';

/** The agent of this name, id or unique prefix of an id. Throws `not_found`, which lists the known ones. */
export function agentNamed({ store }: Pick<Context, 'store'>, query: string): Agent {
  const found = findAgent(store.all(), query);
  if (!found.agent) throw found.error;
  return found.agent;
}
