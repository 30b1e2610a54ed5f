import { fileChange } from '../../core/review.ts';
import { unsafeName } from '../../core/safe-name.ts';
import { nameBytes } from '../../git/names.ts';
import { previewOf } from '../../git/preview.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AnnouncedEdit } from '../../schema/change.ts';
import { BooError } from '../../util/errors.ts';
import { diffLines } from '../changes/review.ts';
import type { Context } from '../context.ts';

/**
 * Edits that an agent announces: what they would change of what lies there, and whom they would meet. Errors: `usage` for a name at which
 * nothing may be written.
 */
export async function preview(ctx: Context, { id, name }: Agent, edits: readonly AnnouncedEdit[]) {
  const seen = await ctx.changes.of(id);
  const asked = edits.map(({ file, content, mode }) => {
    const bytes = nameBytes(file);
    const unsafe = unsafeName(bytes);
    if (unsafe) throw new BooError('usage', `${file} of ${name}: ${unsafe}`, 'Nothing may be written there.');
    return { name: bytes, content: content === null ? null : Buffer.from(content, 'base64'), mode: mode ?? null };
  });
  const { fromNow, fromBase } = await previewOf(seen.shadow, seen.base, asked);
  return {
    changes: fromNow.map((raw) => {
      const { change, shown } = fileChange(raw, undefined);
      return { change, hunks: change.hunks.map((hunk, index) => ({ hunk, lines: diffLines(shown[index]!) })) };
    }),
    collisions: await ctx.collisions.against(id, { ...seen, changes: fromBase }),
  };
}
