import { patchOf } from '../../git/patch.ts';
import type { Agent } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { changeAt } from './review.ts';

/** Bytes of a patch that are handed on: base64 makes a third more of it, and a message has its limit. */
const MOST_BYTES = 40 * 1024 * 1024;

/** What an agent changed, freshly looked at, as a patch. Errors: `not_found` for a file that it did not change. */
export async function patchFor(
  ctx: Context,
  { id }: Agent,
  { files, context }: { files: string[] | null; context: number },
): Promise<{ patch: string; huge: string[] }> {
  const { base, shadow, changes } = await ctx.changes.of(id, true);
  const agent = ctx.store.agent(id);
  const chosen = files ? files.map((file) => changeAt(agent, changes, file)) : changes;
  const only = files && chosen.flatMap(({ name, fromName }) => (fromName ? [fromName, name] : [name]));
  const patch = await patchOf(shadow, base, { only, context });
  if (patch.length > MOST_BYTES) {
    throw new BooError(
      'failed',
      `the patch of ${agent.name} has more than ${MOST_BYTES / 1024 / 1024} MB`,
      'Name some of its files.',
    );
  }
  const huge = chosen.filter(({ name }) => shadow.huge.has(name.toString('latin1'))).map(({ file }) => file);
  return { patch: patch.toString('base64'), huge };
}
