import { isWhole, operationJson, operationText } from '../changing.ts';
import { partsOf } from '../parts.ts';
import type { Verb } from '../verb.ts';

export const reject: Verb = {
  name: 'reject',
  usage: 'AGENT FILE[:HUNK]… [--reason T] [--now]',
  summary: 'take a change out of an agent’s worktree, and tell the agent',
  details:
    'It is done between two turns of the agent, or at once with --now, and kept: boocode undo brings it back. Should the agent write it again, it is shown as returned. A shell or another command line cannot be told; then it is taken out only, and that is said.',
  options: {
    reason: { type: 'string', short: 'r', value: 'T', summary: 'what the agent is told' },
    now: { type: 'boolean', summary: 'even in the middle of a turn' },
  },
  words: { min: 2, max: Number.POSITIVE_INFINITY, completes: 'agents', rest: 'files' },
  examples: [{ line: 'boocode reject auth-fix src/auth.ts:2 --reason "Keep the old name"', does: 'one hunk' }],
  async run(context) {
    const [agent, ...words] = context.words as [string, ...string[]];
    const reason = context.option('reason') ?? null;
    const daemon = await context.daemon();
    const all = (await daemon.call('changes.list', { agent, fresh: true })).changes[0]!;
    const parts = partsOf(context, all.agent, all.files, words);
    const done = await daemon.call('changes.reject', { agent, parts, reason, now: context.flag('now'), seen: null });
    const { operation, told, untold } = done;
    context.print({ operation: operation && operationJson(operation), told, untold: untold ?? null }, () => {
      const what = operation
        ? operationText(operation, context.paint)
        : 'It is taken out when the turn ends; --now does it at once.';
      const how = told ? `Told: ${told.receipt} (${told.evidence.detail}).` : `Not told: ${untold}.`;
      return `${what}\n${how}`;
    });
    return operation && !isWhole(operation) ? 1 : 0;
  },
};
