import { capabilityOf } from '../../core/approvals/capability.ts';
import type { ToolKind } from '../../schema/activity.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Answer, Answerer, Approval } from '../../schema/approval.ts';
import { readRecordLines } from '../../storage/record.ts';

/** The denial of what an agent was not started to be able to do; null: it may ask for that. */
export function beyondOf(root: string, agent: Agent, approval: Approval): { answer: Answer; by: Answerer } | null {
  const { capabilities } = agent;
  if (!capabilities || !approval.verdicts.includes('deny')) return null;
  const needed = capabilityOf(approval, kindOfCall(root, agent, approval.call));
  if (needed === null || capabilities.includes(needed)) return null;
  const may = capabilities.length > 0 ? `it may ${capabilities.join(', ')} and nothing else` : 'it may use no tools';
  const reason = `You may not do this (${needed}) in this task. Do what can be done without it, and say what could not.`;
  return { answer: { verdict: 'deny', reason }, by: { who: 'rule', detail: may } };
}

/** Of the tool call that a request is about; null: nobody told of it. */
function kindOfCall(root: string, { id, epoch }: Agent, call: string | null): ToolKind | null {
  if (call === null) return null;
  for (const { event } of readRecordLines(root, id)) {
    if (event.epoch !== epoch) return null;
    if (event.type === 'toolStarted' && event.call === call) return event.kind;
  }
  return null;
}
