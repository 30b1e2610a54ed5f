import { identityIn } from '../../core/identity.ts';
import type { Context } from '../context.ts';
import { findRun } from './find.ts';

/** Brings what the agents of a run changed onto one new branch. Exit code 1: something conflicted and was left out. */
export async function combine(context: Context, word = ''): Promise<number> {
  const client = await context.daemon();
  const run = await findRun(client, word);
  const branch = context.option('branch');
  const identity = identityIn(context.env);
  const made = await client.call('run.combine', { agent: run.id, identity, ...(branch !== undefined && { branch }) });
  context.print(made, () => {
    const { merged, conflicts } = made;
    const left = conflicts.map(({ agent, files }) => `  ${agent}: conflicts at ${files.join(', ')}`);
    const head = `The work of ${merged.join(', ')} is on ${made.branch}.`;
    return [head, ...(left.length > 0 ? ['Left out:', ...left] : [])].join('\n');
  });
  return made.conflicts.length > 0 ? 1 : 0;
}

/** Drops results from the cache: those of a run, or all. */
export async function forget(context: Context, word: string | undefined): Promise<number> {
  const client = await context.daemon();
  const run = word === undefined ? null : (await findRun(client, word)).id;
  const { cleared } = await client.call('cache.clear', { run });
  context.print({ cleared }, () => `${cleared === 1 ? '1 result is' : `${cleared} results are`} forgotten.`);
  return 0;
}
