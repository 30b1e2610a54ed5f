import { relative, resolve } from 'node:path';
import type { FileAsked } from '../../../core/approvals/paths.ts';
import { ruleOf } from '../../../core/approvals/rules.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { Approval, ApprovalRule, Verdict } from '../../../schema/approval.ts';

/** The rule that allows the same again, as the daemon would write it; null: no rule says just this. */
export const lastingRule = ({ cwd, runtime }: Agent, approval: Approval): ApprovalRule | null =>
  ruleOf({ runtime, approval, files: approval.paths.map((path) => fileOf(cwd, path)) });

/** By its name alone: what it leads to on the disk is looked at by the daemon when the rule is used. */
function fileOf(cwd: string, path: string): FileAsked {
  const absolute = resolve(cwd, path);
  const way = relative(cwd, absolute);
  const named = way === '' || way === '..' || way.startsWith('../') ? null : way;
  return { named, real: named, absolute };
}

/** What can be answered: what the agent takes, and what lasts by a rule of ours where it takes nothing of the kind. */
export function verdictsOf(agent: Agent, approval: Approval): readonly Verdict[] {
  const { verdicts } = approval;
  const rule = verdicts.includes('once') && lastingRule(agent, approval) !== null;
  const lasting = (['session', 'always'] as const).filter(
    (one) => rule || (one === 'session' && verdicts.includes(one)),
  );
  return [...verdicts.filter((one) => one === 'once' || one === 'deny'), ...lasting];
}
