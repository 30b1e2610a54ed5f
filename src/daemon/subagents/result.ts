import { cutMiddle } from '../../core/cut.ts';
import { outcomeOf } from '../../core/subagents.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Subagent, SubagentLook } from '../../schema/subagent.ts';
import { readRecordLines } from '../../storage/record.ts';
import type { Context } from '../context.ts';
import { endsAfterTurns } from '../sessions/one-shot.ts';

/** Characters of a result that its parent is given: programs cut what a tool gives at about 25,000 tokens. */
const MAX_TEXT = 60_000;

export const subagentOf = (agent: Agent): Subagent => ({
  agent,
  outcome: outcomeOf(agent, endsAfterTurns(agent)),
});

/** What it said last in its last turn (of a run: its result), and why it did not complete. */
export function lookOf({ root }: Pick<Context, 'root'>, agent: Agent): SubagentLook {
  const subagent = subagentOf(agent);
  const said = lastWords(root, agent.id);
  const failed = subagent.outcome !== null && subagent.outcome !== 'completed';
  return {
    ...subagent,
    text: cutMiddle(said.text, MAX_TEXT),
    message: failed ? (said.message ?? agent.status.evidence.detail) : null,
  };
}

function lastWords(root: string, id: string): { text: string; message: string | null } {
  let message: string | null = null;
  for (const { event } of readRecordLines(root, id)) {
    if (event.type === 'turnEnded') message ??= event.message;
    else if (event.type === 'startFailed') message ??= event.message;
    else if (event.type === 'runEnded') return { text: event.result ?? '', message: event.error };
    else if (event.type === 'said' && event.who === 'agent' && event.parent == null) {
      return { text: event.text, message };
    } else if (event.type === 'turnStarted') break;
  }
  return { text: '', message };
}

/** How the newest turn of its present life ended; null: there was none. */
export function lastTurnOf(root: string, { id, epoch }: Agent): 'completed' | 'interrupted' | 'failed' | null {
  for (const { event } of readRecordLines(root, id)) {
    if (event.epoch < epoch) return null;
    if (event.type === 'turnEnded') return event.outcome;
  }
  return null;
}
