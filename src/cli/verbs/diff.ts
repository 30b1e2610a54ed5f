import type { FileChange } from '../../schema/change.ts';
import { whole } from '../numbers.ts';
import { fileOf } from '../parts.ts';
import { patchText } from '../patch-text.ts';
import type { Verb } from '../verb.ts';

/** Lines around a change unless said otherwise: as git has it. */
const CONTEXT = 3;
const MOST_CONTEXT = 1000;

export const diff: Verb = {
  name: 'diff',
  usage: 'AGENT [FILE]… [-U N]',
  summary: 'print what an agent has changed, as a patch',
  details:
    'The patch is the agent’s to the byte, and git apply takes it. On a terminal it is coloured, control characters are made visible, and every hunk has the number by which apply and reject know it.',
  options: {
    unified: { type: 'string', short: 'U', value: 'N', summary: `lines around each change (default ${CONTEXT})` },
  },
  words: { min: 1, max: Number.POSITIVE_INFINITY, completes: 'agents', rest: 'files' },
  examples: [
    { line: 'boocode diff auth-fix', does: 'all that it has changed' },
    { line: 'boocode diff auth-fix src/auth.ts -U 10', does: 'one file, with ten lines around each change' },
  ],
  async run(context) {
    const [agent, ...words] = context.words as [string, ...string[]];
    const lines = whole('unified', context.option('unified'), MOST_CONTEXT, 0) ?? CONTEXT;
    const daemon = await context.daemon();
    const shown = context.io.stdout.isTTY === true && !context.json;
    let changes: FileChange[] = [];
    if (words.length > 0 || shown)
      changes = (await daemon.call('changes.list', { agent, fresh: true })).changes[0]!.files;
    const files = words.length > 0 ? words.map((word) => fileOf(context, changes, word)?.file ?? word) : null;
    const { patch, huge } = await daemon.call('changes.patch', { agent, files, context: lines });
    const bytes = Buffer.from(patch, 'base64');
    if (huge.length > 0) context.note(`Too big to be shown: ${huge.join(', ')}.`);
    if (context.json) context.print({ agent, patch: bytes.toString(), huge }, () => '');
    else context.io.stdout.write(shown ? patchText(bytes, changes, lines === CONTEXT, context.paint) : bytes);
    return 0;
  },
};
