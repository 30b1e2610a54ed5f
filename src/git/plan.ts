import { LINK, type Side, SUBMODULE, verdictOf, type Wish } from '../core/apply.ts';
import { isRuleFile, unsafeName } from '../core/safe-name.ts';
import { isBelow } from '../core/units.ts';
import type { FileOutcome } from '../schema/change.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import { reasonOf } from '../util/reason.ts';
import { mergeBytes } from './merge-file.ts';

/** A file as it lies there: `bits` of its permissions, null for a new one (the umask decides) or in a branch. */
export interface Content extends Side {
  bits: number | null;
}

/** One path that is written. `stamp`: what was found there (git/ground), null for nothing. */
export interface Write {
  name: Buffer;
  before: Content | null;
  after: Content | null;
  stamp: string | null;
}

/** What is to be done for one file; without writes: why nothing is. */
export interface Plan extends FileOutcome {
  wish: Wish;
  writes: Write[];
}

/** What is at a name now: as git keeps it, and as it lies there. */
export interface Present {
  side: Side;
  content: Content;
  stamp: string;
}

/** Where files are read before they are written: a checkout, or the tree of a branch. */
export interface Site {
  /** Throws `conflict` for what is neither a file nor a link. */
  read(name: Buffer): Promise<Present | null>;
  /** What lies there when `side` (as git keeps it) stands for what was there. Null: the lines do not fit together. */
  render(name: Buffer, present: Present | null, side: Side, wish: Wish): Promise<Content | null>;
  /** Only as a whole may this file go: its lines are not what a person reads. */
  isOpaque(name: Buffer): boolean;
}

const CLASH = 'both changed the same lines, or lines that touch';

/** Works out one wish, changing nothing. What does not go is an outcome; only what is no fault of this file is thrown. */
export async function planWish(site: Site, wish: Wish): Promise<Plan> {
  const refused = refusal(site, wish);
  if (refused) return { file: wish.file, outcome: 'refused', reason: refused, wish, writes: [] };
  try {
    return await plan(site, wish);
  } catch (error) {
    const refused = (outcome: 'conflict' | 'refused', reason: string): Plan => ({
      ...{ file: wish.file, outcome, reason, wish, writes: [] },
    });
    const known = error instanceof BooError;
    if (!known && errnoOf(error)) return refused('refused', `it cannot be read there: ${reasonOf(error)}`);
    // A filter that hangs would hang for every file.
    if (!known || error.code === 'timed_out') throw error;
    return refused(error.code === 'conflict' ? 'conflict' : 'refused', error.message);
  }
}

function refusal(site: Site, { name, from, base, theirs, partial }: Wish): string | null {
  const unsafe = unsafeName(name) ?? (from && unsafeName(from));
  if (unsafe) return unsafe;
  if ([base, theirs].some((side) => side?.mode === SUBMODULE)) return 'it is a submodule: merge its commit by git';
  if (theirs?.mode === LINK && isRuleFile(name)) return 'git does not take its own rules from a link';
  return partial && site.isOpaque(name) ? 'git keeps it through a filter: it goes as a whole only' : null;
}

async function plan(site: Site, wish: Wish): Promise<Plan> {
  const { file, name, from, base, theirs } = wish;
  const there = await site.read(name);
  const old = from && (await oldFile(site, from, there !== null));
  if (there && old) throw new BooError('conflict', 'there is another file of its new name');
  const present = old ?? there;
  const verdict = verdictOf({ base, ours: present?.side ?? null, theirs, lines: !site.isOpaque(name) });
  if (verdict.kind === 'conflict') throw new BooError('conflict', verdict.reason);
  if (verdict.kind === 'unchanged' && !(old && theirs)) return { file, outcome: 'unchanged', wish, writes: [] };
  const side =
    verdict.kind === 'take'
      ? verdict.side
      : verdict.kind === 'merge'
        ? await merged(wish, present!, verdict.mode)
        : present!.side;
  const after = side && (await site.render(name, present, side, wish));
  if (side && !after) throw new BooError('conflict', CLASH);
  const outcome = verdict.kind === 'merge' ? 'merged' : 'written';
  return { file, outcome, wish, writes: writesOf(wish, { there, old, after }) };
}

/** Where a renamed file has arrived already, something else may be in the old place: a folder, or a link on the way. */
async function oldFile(site: Site, from: Buffer, arrived: boolean): Promise<Present | null> {
  return site.read(from).catch((error: unknown) => {
    if (arrived && error instanceof BooError) return null;
    throw error;
  });
}

async function merged({ base, theirs }: Wish, present: Present, mode: string): Promise<Side> {
  const bytes = await mergeBytes({ base: base!.bytes, ours: present.side.bytes, theirs: theirs!.bytes });
  if (!bytes) throw new BooError('conflict', CLASH);
  return { mode, bytes };
}

/** A renamed file comes before the old one goes, unless one of the two is a folder of the other. */
function writesOf(
  { name, from }: Wish,
  { there, old, after }: { there: Present | null; old: Present | null; after: Content | null },
): Write[] {
  const put: Write = { name, before: there?.content ?? null, after, stamp: there?.stamp ?? null };
  if (!old || !from) return [put];
  const drop: Write = { name: from, before: old.content, after: null, stamp: old.stamp };
  return isBelow(name, from) || isBelow(from, name) ? [drop, put] : [put, drop];
}
