import { since } from '../../cockpit/views/numbers.ts';
import { clean } from '../../cockpit/views/span.ts';
import type { Operation } from '../../schema/change.ts';
import { BooError } from '../../util/errors.ts';
import { isWhole, operationJson, operationText } from '../changing.ts';
import { type Cell, type Paint, table } from '../print.ts';
import type { Verb } from '../verb.ts';

export const undo: Verb = {
  name: 'undo',
  usage: '[ID] [--list]',
  summary: 'take back what apply or reject has written',
  details:
    'Without ID: the newest that is not undone. Files that are as they were left become what they were, byte for byte; where one was changed since, both are merged, or nothing at all is written and it says why (exit code 1). An undo can be undone by its id. The last 200 operations of 30 days are kept.',
  options: { list: { type: 'boolean', short: 'l', summary: 'list what can be undone' } },
  words: { min: 0, max: 1 },
  examples: [
    { line: 'boocode undo', does: 'takes the last apply or reject back' },
    { line: 'boocode undo --list', does: 'what there is' },
  ],
  async run(context) {
    const id = context.words[0] ?? null;
    if (context.flag('list') && id !== null)
      throw new BooError('usage', '--list takes no ID', 'Leave one of them out.');
    const daemon = await context.daemon();
    if (context.flag('list')) {
      const { operations } = await daemon.call('changes.operations', {});
      context.print({ operations: operations.map(operationJson) }, () =>
        listText(operations, Date.now(), context.paint),
      );
      return 0;
    }
    const { operation } = await daemon.call('changes.undo', { operation: id });
    context.print({ operation: operationJson(operation) }, () => operationText(operation, context.paint));
    return isWhole(operation) ? 0 : 1;
  },
};

function listText(operations: readonly Operation[], now: number, paint: Paint): string {
  if (operations.length === 0) return 'Nothing has been applied or rejected yet.';
  const rows = operations.map(({ id, kind, agent, target, at, files, undone, undoes }): Cell[] => {
    const [first, ...others] = files.map(({ file }) => clean(file));
    const what = others.length > 0 ? `${first} and ${others.length} more` : (first ?? '');
    const how = undoes ? `undo of ${undoes}` : kind;
    return [
      { text: id, style: 'bold' },
      `${since(now - at)} ago`,
      how,
      agent,
      what,
      { text: clean(target), style: 'dim' },
      undone ? { text: 'undone', style: 'yellow' } : '',
    ];
  });
  return table(rows, paint);
}
