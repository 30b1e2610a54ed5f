import { collisionsText } from '../merging.ts';
import type { Verb } from '../verb.ts';

export const collisions: Verb = {
  name: 'collisions',
  usage: '',
  summary: 'list the files at which two agents are in each other’s way, the worst first',
  details:
    'Uncommitted work counts. same line: their lines meet, or a whole file was created or deleted; adjacent line: at most 5 lines lie between; different area: the same file further apart; identical: both made the very same change. Lines are those of the common base. Nothing is ever blocked by it.',
  options: {},
  words: { min: 0, max: 0 },
  examples: [{ line: 'boocode collisions --json', does: 'for a script' }],
  async run(context) {
    const daemon = await context.daemon();
    const { collisions: all } = await daemon.call('collisions.list', {});
    const value = all.map(({ since, ...rest }) => ({ ...rest, since: new Date(since).toISOString() }));
    context.print({ collisions: value }, () =>
      all.length > 0 ? collisionsText(all, context.paint) : 'No two agents have changed the same file.',
    );
    return 0;
  },
};
