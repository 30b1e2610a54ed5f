import type { Agent } from '../schema/agent.ts';
import type { Subagent, SubagentLook } from '../schema/subagent.ts';

/** Characters of a task that lists repeat. */
const MAX_TASK = 200;

const shortened = (text: string) => (text.length > MAX_TASK ? `${text.slice(0, MAX_TASK)}…` : text);

/** An agent of the project, as others are told of it. */
export function agentWords(agent: Agent) {
  const { name, id, runtime, profile, status, prompt, branch, worktree, changes, approvals } = agent;
  const [request] = approvals ?? [];
  return {
    name,
    id,
    state: status.state,
    why: status.evidence.detail,
    since: new Date(status.since).toISOString(),
    ...(request && { waits_for_a_person: request.title }),
    driven_by: profile ?? runtime,
    ...(prompt !== null && { task: shortened(prompt) }),
    ...(branch !== null && { branch }),
    ...(worktree !== null && { worktree }),
    ...(changes && { changes }),
  };
}

/** `outcome` null: it has not ended. */
export const subagentWords = ({ agent, outcome }: Subagent) => ({ ...agentWords(agent), outcome });

export const resultWords = ({ agent, outcome, text, message }: SubagentLook) => ({
  ...subagentWords({ agent, outcome }),
  ...(message !== null && { message }),
  ...(agent.tokens && { tokens: agent.tokens }),
  result: text,
});

/** What is said with the answer of whatever tool is called next. */
export const newsWords = (ended: readonly Subagent[]): string =>
  `[BooCode] ${ended
    .map(({ agent, outcome }) => `your subagent ${agent.name} has ended: ${outcome}`)
    .join('; ')}. subagent_result gives what came of ${ended.length > 1 ? 'each' : 'it'}.`;
