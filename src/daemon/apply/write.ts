import { LINK } from '../../core/apply.ts';
import { unitsOf } from '../../core/units.ts';
import type { Ground } from '../../git/ground.ts';
import type { Plan, Write } from '../../git/plan.ts';

/** Name of the file beside another one while that is written: the `nth` path of an operation. */
export const tempName = (id: string, nth: number) => Buffer.from(`.boocode-${id}-${nth}`);

/** Writes plans, each whole or not at all. Gives those that did not go (by their places in the list), and why. */
export async function writeAll(
  ground: Ground,
  plans: readonly Pick<Plan, 'writes'>[],
  id: string,
): Promise<{ unit: number[]; error: unknown }[]> {
  let count = 0;
  const numbered = plans.map(({ writes }) => writes.map((write) => ({ write, nth: count++ })));
  const paths = plans.map(({ writes }) => writes.map(({ name, after }) => ({ name, put: after !== null })));
  const failed: { unit: number[]; error: unknown }[] = [];
  for (const unit of unitsOf(paths)) {
    const writes = unit.flatMap((at) => numbered[at]!);
    // In a ring all make room before any takes it.
    if (unit.length > 1) writes.sort((a, b) => Number(a.write.after !== null) - Number(b.write.after !== null));
    await writeTogether(ground, writes, id).catch((error: unknown) => failed.push({ unit, error }));
  }
  return failed;
}

async function writeTogether(
  ground: Ground,
  writes: readonly { write: Write; nth: number }[],
  id: string,
): Promise<void> {
  const done: (typeof writes)[number][] = [];
  try {
    for (const one of writes) {
      await writeOne(ground, one.write, tempName(id, one.nth));
      done.push(one);
    }
  } catch (error) {
    for (const { write, nth } of done.reverse()) {
      const now = await ground.read(write.name);
      await writeOne(ground, { ...write, after: write.before, stamp: now?.stamp ?? null }, tempName(id, nth));
    }
    throw error;
  }
}

/** Writes one path. `stamp`: what has to be there still (git/ground). */
export async function writeOne(
  ground: Ground,
  { name, after, stamp }: Pick<Write, 'name' | 'after' | 'stamp'>,
  temp: Buffer,
): Promise<void> {
  if (after) {
    const bits = after.bits ?? (after.mode === '100755' ? 0o777 : 0o666);
    const content = { link: after.mode === LINK, bits, bytes: after.bytes, exact: after.bits !== null };
    await ground.put(name, content, { stamp, temp });
  } else if (stamp !== null) {
    await ground.remove(name, stamp);
  }
}
