import { isWhole, operationJson, operationText } from '../changing.ts';
import { partsOf } from '../parts.ts';
import type { Verb } from '../verb.ts';

export const apply: Verb = {
  name: 'apply',
  usage: 'AGENT [FILE[:HUNK]…] [--target BRANCH] [--staged|--unstaged]',
  summary: 'bring what an agent changed into the project’s checkout or another branch',
  details:
    'Without FILE: what is approved. HUNK is a number as boocode diff shows it, several with commas, or the beginning of an id. Each file arrives whole or not at all, three-way where the target has moved; a conflict leaves it as it is, and the exit code is 1. A branch that is checked out nowhere gets a commit. boocode undo takes it back.',
  options: {
    target: { type: 'string', value: 'BRANCH', summary: 'where to (default: the project’s checkout)' },
    staged: { type: 'boolean', summary: 'stage it there too (default: apply.stage in the config)' },
    unstaged: { type: 'boolean', summary: 'do not stage it' },
  },
  words: { min: 1, max: Number.POSITIVE_INFINITY, completes: 'agents', rest: 'files' },
  examples: [
    { line: 'boocode apply auth-fix', does: 'what is approved' },
    { line: 'boocode apply auth-fix src/auth.ts:2 README.md', does: 'one hunk, and a whole file' },
  ],
  async run(context) {
    const [agent, ...words] = context.words as [string, ...string[]];
    const stage = context.flag('staged') ? true : context.flag('unstaged') ? false : null;
    const target = context.option('target') ?? null;
    const daemon = await context.daemon();
    const all = words.length > 0 ? (await daemon.call('changes.list', { agent, fresh: true })).changes[0]! : null;
    const parts = all && partsOf(context, all.agent, all.files, words);
    const { operation } = await daemon.call('changes.apply', { agent, parts, target, stage, seen: null });
    context.print({ operation: operationJson(operation) }, () => operationText(operation, context.paint));
    return isWhole(operation) ? 0 : 1;
  },
};
