import { LINK, type Side, type Wish } from '../core/apply.ts';
import { isBelow } from '../core/units.ts';
import { BooError } from '../util/errors.ts';
import { type Conversion, conversionsOf, QUIET } from './convert.ts';
import type { Found, Ground } from './ground.ts';
import { fieldsOf } from './lines.ts';
import { mergeBytes } from './merge-file.ts';
import type { Content, Present, Site } from './plan.ts';
import { gitBytes, gitLine } from './run.ts';

const NOTHING: Conversion = { kind: 'none', clean: async (bytes) => bytes, smudge: async (bytes) => bytes };

/** What a checkout is like while a set of wishes is worked out. */
interface About {
  ground: Ground;
  conversions: ReadonlyMap<string, Conversion>;
  /** Names (latin1) in conflict in its index. */
  unmerged: ReadonlySet<string>;
  /** Names that the same wishes take away: what stands in the way of others because of them does not. */
  gone: readonly Buffer[];
  /** Its file system does not tell small letters from capitals; modes there mean nothing. */
  ignoreCase: boolean;
  fileMode: boolean;
}

/** A checkout as a place to write to. Throws what git says of a broken one (its index is read). */
export async function checkoutSite(ground: Ground, wishes: readonly Wish[]): Promise<Site> {
  const cwd = ground.path;
  const names = wishes.flatMap(({ name, from }) => (from ? [name, from] : [name]));
  const { stdout } = await gitBytes([...QUIET, 'ls-files', '--unmerged', '-z'], { cwd });
  const unmerged = fieldsOf(stdout).map((field) => field.toString('latin1', field.indexOf(9) + 1));
  return siteOf({
    ground,
    conversions: await conversionsOf(cwd, names),
    unmerged: new Set(unmerged),
    gone: goneBy(wishes),
    ignoreCase: await flagOf(cwd, 'core.ignoreCase', false),
    fileMode: await flagOf(cwd, 'core.fileMode', true),
  });
}

/** Files as they lie there, byte for byte, whatever git would make of them: for putting back what was there. */
export async function rawSite(ground: Ground, wishes: readonly Wish[]): Promise<Site> {
  return siteOf({
    ground,
    conversions: new Map(),
    unmerged: new Set(),
    gone: goneBy(wishes),
    ignoreCase: false,
    fileMode: await flagOf(ground.path, 'core.fileMode', true),
  });
}

const flagOf = async (cwd: string, name: string, otherwise: boolean) => {
  const value = await gitLine(['config', '--type=bool', '--get', name], cwd);
  return value === null || value === '' ? otherwise : value === 'true';
};

const goneBy = (wishes: readonly Wish[]) =>
  wishes.flatMap(({ name, from, theirs }) => [...(theirs ? [] : [name]), ...(from ? [from] : [])]);

function siteOf(about: About): Site {
  const of = (name: Buffer) => about.conversions.get(name.toString('latin1')) ?? NOTHING;
  return {
    isOpaque: (name) => of(name).kind === 'filter',
    async read(name) {
      if (about.unmerged.has(name.toString('latin1')))
        throw new BooError('conflict', 'a merge of it is not settled there');
      const found = await about.ground.read(name).catch((error: unknown) => {
        // What stands in the way goes with the same wishes.
        if (error instanceof BooError && about.gone.some((other) => isBelow(name, other))) return null;
        throw error;
      });
      if (!found) await checkCase(about, name);
      if (found?.kind === 'folder' && about.gone.some((other) => isBelow(other, name))) return null;
      return found && presentOf(about, found, of(name));
    },
    render: (name, present, side, wish) => render(of(name), present, side, wish),
  };
}

/** A new file must not become another one whose name differs in capitals only. */
async function checkCase({ ground, ignoreCase }: About, name: Buffer): Promise<void> {
  if (!ignoreCase) return;
  const fold = (bytes: Buffer) => bytes.toString().normalize('NFC').toLowerCase();
  const last = fold(name.subarray(name.lastIndexOf(0x2f) + 1));
  const other = (await ground.siblings(name)).find((one) => fold(one) === last);
  if (other) throw new BooError('conflict', `${other} is there, which differs in capitals only`);
}

async function presentOf({ fileMode }: About, found: Found, conversion: Conversion): Promise<Present> {
  const { kind, bytes, bits, stamp } = found;
  if (kind === 'folder') throw new BooError('conflict', 'a folder of this name is there');
  if (kind === 'other') throw new BooError('conflict', 'something that is no file is there');
  if (kind === 'link') {
    const side = { mode: LINK, bytes };
    return { side, content: { ...side, bits: null }, stamp };
  }
  const mode = fileMode && bits & 0o100 ? '100755' : '100644';
  return { side: { mode, bytes: await conversion.clean(bytes) }, content: { mode, bytes, bits }, stamp };
}

/** Bits of a file that stays or becomes executable (or not), the rest as it was. */
const bitsFor = (present: Present | null, mode: string): number | null => {
  const bits = present?.content.bits;
  if (bits === null || bits === undefined) return null;
  if (mode === present?.side.mode) return bits;
  const plain = bits & 0o666;
  return mode === '100755' ? plain | ((plain & 0o444) >> 2) | (bits & 0o111) : plain;
};

/**
 * Lines that nobody asked to change keep their bytes. Where git would write the present file as it is, it writes the new one; where the
 * file lies there as git keeps it, the new one does too; else (mixed line ends) the lines are merged as they lie there.
 */
async function render(
  conversion: Conversion,
  present: Present | null,
  side: Side,
  { base, theirs, bits: wanted }: Wish,
): Promise<Content | null> {
  if (side.mode === LINK) return { ...side, bits: null };
  const bits = wanted ?? bitsFor(present, side.mode);
  const content = (bytes: Buffer): Content => ({ mode: side.mode, bits, bytes });
  if (conversion.kind === 'none') return content(side.bytes);
  const raw = present && present.side.mode !== LINK ? present.content.bytes : null;
  if (!raw) return content(await conversion.smudge(side.bytes));
  if (side.bytes.equals(present!.side.bytes)) return content(raw);
  if ((await conversion.smudge(present!.side.bytes)).equals(raw)) return content(await conversion.smudge(side.bytes));
  if (present!.side.bytes.equals(raw)) return content(side.bytes);
  if (conversion.kind === 'filter' || !base || !theirs) {
    throw new BooError('conflict', 'it does not lie there as git would write it');
  }
  const bytes = await mergeBytes({
    base: await conversion.smudge(base.bytes),
    ours: raw,
    theirs: await conversion.smudge(theirs.bytes),
  });
  return bytes && content(bytes);
}
