import { forecastText } from '../merging.ts';
import type { Verb } from '../verb.ts';

export const forecast: Verb = {
  name: 'forecast',
  usage: '[--target B]',
  summary: 'what merging would give: who conflicts with whom, and an order that fits',
  details:
    'A real three-way merge of what lies in the worktrees now, uncommitted work included, in the object store: no checkout, index or branch is touched. With --json: {"pairs", "order", "remaining", "target"}.',
  options: {
    target: {
      type: 'string',
      value: 'B',
      summary: 'branch or commit to merge into (default: what the project has checked out)',
    },
  },
  words: { min: 0, max: 0 },
  examples: [{ line: 'boocode forecast --target main', does: 'before anything is merged' }],
  async run(context) {
    const daemon = await context.daemon();
    const target = context.option('target') ?? null;
    const { forecast: found } = await daemon.call('forecast.get', { target });
    const nobody = found.order.length + found.remaining.length === 0;
    const width = context.io.stdout.columns ?? Number.POSITIVE_INFINITY;
    context.print(found, () =>
      nobody ? 'No agent in a worktree has changed anything.' : forecastText(found, width, context.paint),
    );
    return 0;
  },
};
