import { type Request, ruleOf } from '../../core/approvals/rules.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Approval, ApprovalRule } from '../../schema/approval.ts';
import { readRecord } from '../../storage/record.ts';
import { filesAsked } from './files.ts';

/** A request as the rules want it. */
export const requestOf = ({ runtime, cwd }: Agent, approval: Approval): Request => ({
  runtime,
  approval,
  files: filesAsked(cwd, approval.paths),
});

/** What people allowed for the rest of a life. It stands in the agent's record: a daemon that comes back knows it. */
export class Grants {
  readonly #root: string;
  readonly #lives = new Map<string, { epoch: number; rules: ApprovalRule[] }>();

  constructor(root: string) {
    this.#root = root;
  }

  of(agent: Agent): readonly ApprovalRule[] {
    const known = this.#lives.get(agent.id);
    if (known?.epoch === agent.epoch) return known.rules;
    const rules = this.#recorded(agent);
    this.#lives.set(agent.id, { epoch: agent.epoch, rules });
    return rules;
  }

  add(agent: Agent, rule: ApprovalRule): void {
    const known = this.#lives.get(agent.id);
    // What is not known yet is read, with this one, when it is asked for.
    if (known?.epoch === agent.epoch) known.rules.push(rule);
  }

  forget(id: string): void {
    this.#lives.delete(id);
  }

  #recorded(agent: Agent): ApprovalRule[] {
    const asked = new Map<string, Approval>();
    const rules: ApprovalRule[] = [];
    for (const { event } of readRecord({ root: this.#root, id: agent.id, after: 0 })) {
      if (event.epoch !== agent.epoch) continue;
      if (event.type === 'asked') asked.set(event.approval.id, event.approval);
      if (event.type !== 'answered' || event.answer?.verdict !== 'session') continue;
      const approval = asked.get(event.id);
      const rule = approval && ruleOf(requestOf(agent, approval));
      if (rule) rules.push(rule);
    }
    return rules;
  }
}

/** The whole of a request, where the state has only its beginning. */
export function wholeOf(root: string, { id, epoch }: Agent, approval: Approval): Approval {
  if (!approval.cut) return approval;
  const asked = readRecord({ root, id, after: 0 }).findLast(
    ({ event }) => event.type === 'asked' && event.epoch === epoch && event.approval.id === approval.id,
  );
  return asked?.event.type === 'asked' ? asked.event.approval : approval;
}
