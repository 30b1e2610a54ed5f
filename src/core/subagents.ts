import type { Agent } from '../schema/agent.ts';
import type { SubagentOutcome } from '../schema/subagent.ts';
import { isLive, isTerminal } from './lifecycle.ts';

type Agents = Readonly<Record<string, Agent>>;

/** An agent and all above it, nearest first; what has been removed ends the line. */
export function lineOf(agents: Agents, agent: Agent): Agent[] {
  const line: Agent[] = [];
  for (let one: Agent | undefined = agent; one && !line.includes(one); ) {
    line.push(one);
    one = one.parentId === null ? undefined : agents[one.parentId];
  }
  return line;
}

/** `agent` stands somewhere below `above`. */
export const isBelow = (agents: Agents, agent: Agent, above: string): boolean =>
  lineOf(agents, agent)
    .slice(1)
    .some(({ id }) => id === above);

/** Why an agent may have no further subagent, in a clause; null: it may. `starting`: those that are about to be there. */
export function refusal(
  agents: Agents,
  parent: Agent,
  { depth, count, starting }: { depth: number; count: number; starting: number },
): string | null {
  const line = lineOf(agents, parent);
  const above = line.filter(({ subagent }) => subagent !== undefined).length;
  if (above >= depth) return `subagents may be nested ${depth} deep`;
  const top = line.at(-1)!;
  const living = Object.values(agents).filter(
    (one) => one.subagent !== undefined && isLive(one) && isBelow(agents, one, top.id),
  );
  if (living.length + starting < count) return null;
  const names = living.map(({ name }) => name).join(', ');
  return `at most ${count} ${count === 1 ? 'subagent' : 'subagents'} may work at once below ${top.name}${names ? ` (there are ${names})` : ''}`;
}

/** How it came out; null: it is not over, or is about to be begun again. `endsAfterTurns`: its program does, and a prompt that waits begins another life. */
export function outcomeOf({ status, retries, queue }: Agent, endsAfterTurns: boolean): SubagentOutcome | null {
  if (!isTerminal(status.state) || retries?.nextAt != null) return null;
  if (endsAfterTurns && status.state === 'completed' && queue !== undefined) return null;
  return status.state as SubagentOutcome;
}

/** The agents that are told to one of them, in their order: who lives, itself and its own always, of the others the newest, `most` in all. */
export function toldAgents(agents: readonly Agent[], self: string, most: number): Agent[] {
  const ownId = agents.find(({ id, name }) => [id, name].includes(self))?.id;
  const first = (one: Agent) => isLive(one) || one.id === ownId || (ownId !== undefined && one.parentId === ownId);
  const ranked = [...agents].sort((a, b) => Number(first(b)) - Number(first(a)) || b.createdAt - a.createdAt);
  const told = new Set(ranked.slice(0, most));
  return agents.filter((one) => told.has(one) || first(one));
}
