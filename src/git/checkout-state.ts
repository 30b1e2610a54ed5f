import { LINK } from '../core/apply.ts';
import type { Ground } from './ground.ts';
import type { Content } from './plan.ts';

/** Whether a path is as it was before a write, as it was to be after it, or neither. */
export async function checkoutState(
  ground: Ground,
  { name, before, after }: { name: Buffer; before: Content | null; after: Content | null },
): Promise<{ state: 'before' | 'after' | 'other'; stamp: string | null }> {
  const found = await ground.read(name).catch(() => undefined);
  const is = (content: Content | null): boolean => {
    if (found === undefined) return false;
    if (!found || !content) return !found && !content;
    if ((found.kind === 'link') !== (content.mode === LINK)) return false;
    // Bits of a new file are the umask's.
    const bits = content.bits === null || found.kind === 'link' || content.bits === found.bits;
    return bits && (found.kind === 'file' || found.kind === 'link') && found.bytes.equals(content.bytes);
  };
  const stamp = found?.stamp ?? null;
  return { state: is(after) ? 'after' : is(before) ? 'before' : 'other', stamp };
}
