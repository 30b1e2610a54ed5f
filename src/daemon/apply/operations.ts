import type { Operation } from '../../schema/change.ts';
import type { Journal } from '../../schema/operation.ts';
import { listOperations, readOperation } from '../../storage/operations.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';

/** What is told of a journal. */
export const operationOf = ({ id, kind, agent, target, at, files, undone, undoes }: Journal): Operation => ({
  ...{ id, kind, agent, target, at, undone, undoes: undoes ?? null },
  files: files.map(({ file, outcome, reason }) => ({ file, outcome, ...(reason === undefined ? {} : { reason }) })),
});

export const listAll = async ({ root }: Context): Promise<Operation[]> => (await listOperations(root)).map(operationOf);

/** The operation that `query` (an id or its beginning) means; null: the newest that can be undone, undos left out. */
export async function findOperation({ root }: Context, query: string | null): Promise<Journal> {
  const exact = query === null ? null : await readOperation(root, query);
  if (exact) return exact;
  const all = await listOperations(root);
  const open = all.find(({ undone, kind }) => !undone && kind !== 'undo');
  const found = query === null ? (open ? [open] : []) : all.filter(({ id }) => query !== '' && id.startsWith(query));
  if (found.length === 1) return found[0]!;
  if (query === null)
    throw new BooError('not_found', 'there is nothing to undo', 'Applies and rejects can be undone for 30 days.');
  const ids = all.slice(0, 8).map(({ id }) => id);
  const known = ids.length > 0 ? `The newest are ${ids.join(', ')}.` : 'There is none yet.';
  if (found.length > 1)
    throw new BooError('usage', `${query} is the beginning of ${found.length} operations`, 'Give more of the id.');
  throw new BooError('not_found', `there is no operation ${JSON.stringify(query)}`, known);
}
