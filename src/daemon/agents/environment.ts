import { type Agent, childId } from '../../schema/agent.ts';
import type { Context } from '../context.ts';

/** The environment that an agent was started with last: this daemon gave it, or its host kept it over the end of one before. Undefined: nobody knows. */
export async function environmentOf(
  { environments, hosts }: Pick<Context, 'environments' | 'hosts'>,
  agent: Agent,
): Promise<Record<string, string> | undefined> {
  const known = environments.get(agent.id);
  const link = agent.host === null ? undefined : hosts.get(agent.host);
  if (known || !link) return known;
  // A host of an older version, or one that was told to forget the child, knows of none.
  const { memo } = await link.call('memo', { child: childId(agent) }).catch(() => ({ memo: null }));
  if (memo) environments.set(agent.id, memo);
  return memo ?? undefined;
}
