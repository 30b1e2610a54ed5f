import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type PatchHunk, parseHunks } from '../core/patch/parse.ts';
import { piecesOf, type RawPiece } from '../core/patch/pieces.ts';
import type { FileChange } from '../schema/change.ts';
import { fieldsOf } from './lines.ts';
import { nameText } from './names.ts';
import type { Shadow } from './shadow.ts';
import { within } from './within.ts';

/** One file that differs from the base, with all its bytes: what decisions, collisions and applying start from. */
export interface RawChange {
  /** Names as bytes, and as text (git/names). */
  name: Buffer;
  file: string;
  fromName: Buffer | null;
  from: string | null;
  kind: FileChange['kind'];
  oldMode: string;
  newMode: string;
  oldBlob: string;
  newBlob: string;
  content: FileChange['content'];
  /** A repository with edits that are not committed in it. */
  editedInside: boolean;
  hunks: PatchHunk[];
  /** In order; `id` as in schema/change. */
  pieces: (RawPiece & { id: string })[];
}

/** Bytes of one file's patch that are read; a longer one stands there as huge. */
const MAX_PATCH = 8 * 1024 * 1024;
const SUBMODULE = '160000';
export const DIFF = [
  ...['-c', 'diff.suppressBlankEmpty=false', '-c', 'diff.noprefix=false', '-c', 'diff.mnemonicPrefix=false'],
  ...['-c', 'diff.renameLimit=2000', '-c', 'diff.orderFile=/dev/null', '-c', 'diff.interHunkContext=0'],
];
const WHAT = ['diff-index', '--cached', '--raw', '--patch', '-z', '--full-index', '--no-abbrev', '--find-renames'];
export const HOW = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none', '--submodule=short'];

/**
 * What a worktree differs in from `base` (a commit or tree), as its shadow has seen it last: committed or not, staged or not,
 * untracked files included. `only`: just these files, and renames only among them. `context`: lines around a piece.
 */
export async function changesOf(
  shadow: Shadow,
  base: string,
  { only = null, context = 3 }: { only?: readonly Buffer[] | null; context?: number } = {},
): Promise<RawChange[]> {
  // Arguments are text: names that are none are picked out of the whole.
  const paths = only?.every((name) => isUtf8(name)) ? only.map(String) : [];
  const args = [...DIFF, '--literal-pathspecs', ...WHAT, ...HOW, `--unified=${context}`, base, '--', ...paths];
  const changes = parseDiff(await shadow.git(args));
  const isWanted = only ? within(only) : () => true;
  const huge = [...shadow.huge.keys()].filter(isWanted);
  const plain = changes.filter(({ name, fromName }) => {
    const key = name.toString('latin1');
    return !shadow.huge.has(key) && (isWanted(key) || (fromName && isWanted(fromName.toString('latin1'))));
  });
  const inside = [...shadow.inside].filter(isWanted);
  return [
    ...(inside.length > 0 ? await withInside(shadow, plain, inside) : plain),
    ...(huge.length > 0 ? await hugeChanges(shadow, base, huge) : []),
  ];
}

/** Marks repositories that were edited inside, and adds those that differ from the base in nothing else. */
async function withInside(shadow: Shadow, changes: RawChange[], names: string[]): Promise<RawChange[]> {
  const set = new Set(names);
  const marked = changes.map((one) => (set.has(one.name.toString('latin1')) ? { ...one, editedInside: true } : one));
  const known = new Set(marked.map(({ name }) => name.toString('latin1')));
  const left = names.filter((name) => !known.has(name)).map((name) => Buffer.from(name, 'latin1'));
  if (left.length === 0) return marked;
  const listed = await shadow.git(['--literal-pathspecs', 'ls-files', '-s', '-z', '--', ...left.map(String)]);
  const more = fieldsOf(listed).map((field): RawChange => {
    const tab = field.indexOf(9);
    const [mode = '', oid = ''] = field.toString('latin1', 0, tab).split(' ');
    const name = field.subarray(tab + 1);
    return {
      ...{ name, file: nameText(name), fromName: null, from: null, kind: 'edited', editedInside: true },
      ...{ oldMode: mode, newMode: mode, oldBlob: oid, newBlob: oid },
      ...{ content: 'binary', hunks: [], pieces: [] },
    };
  });
  return [...marked, ...more].sort((a, b) => Buffer.compare(a.name, b.name));
}

interface Entry {
  oldMode: string;
  newMode: string;
  oldBlob: string;
  newBlob: string;
  letter: string;
  name: string;
  from: string | null;
}

/** What `git diff-index --raw --patch -z` prints: the entries, each field ended by NUL, one more NUL, the patches in the same order. */
export function parseDiff(bytes: Buffer): RawChange[] {
  const out = bytes.toString('latin1');
  const entries: Entry[] = [];
  let at = 0;
  const field = () => {
    const end = out.indexOf('\0', at);
    const text = out.slice(at, end);
    at = end + 1;
    return text;
  };
  while (out[at] === ':') {
    const [oldMode = '', newMode = '', oldBlob = '', newBlob = '', letter = ''] = field().slice(1).split(' ');
    const first = field();
    const renamed = /^[RC]/.test(letter);
    const name = renamed ? field() : first;
    entries.push({ oldMode, newMode, oldBlob, newBlob, letter, name, from: renamed ? first : null });
  }
  // No line of a patch's content begins so: each has its sign before it.
  const patches = out
    .slice(out[at] === '\0' ? at + 1 : at)
    .split(/^(?=diff --git )/m)
    .filter((part) => part !== '');
  let next = 0;
  return entries.map((entry) => {
    // A file that became a link (or the other way) is printed as a deletion and a creation.
    const count = entry.letter === 'T' ? 2 : 1;
    next += count;
    return complete(entry, patches.slice(next - count, next));
  });
}

const KINDS: Record<string, RawChange['kind']> = { A: 'created', C: 'created', D: 'deleted', R: 'renamed' };

function complete({ letter, name, from, ...sides }: Entry, patches: string[]): RawChange {
  const retyped = patches.length > 1 || sides.oldMode === SUBMODULE || sides.newMode === SUBMODULE;
  const patch = patches[0] ?? '';
  const huge = patch.length > MAX_PATCH;
  const { hunks, binary } = huge || retyped ? { hunks: [], binary: retyped } : parseHunks(patch);
  const key = Buffer.from(name, 'latin1');
  const before = from === null ? null : Buffer.from(from, 'latin1');
  return {
    name: key,
    file: nameText(key),
    fromName: before,
    from: before && nameText(before),
    kind: KINDS[letter[0]!] ?? 'edited',
    editedInside: false,
    ...sides,
    content: huge ? 'huge' : binary ? 'binary' : hunks.length > 0 ? 'text' : 'mode',
    hunks,
    pieces: named(piecesOf(hunks)),
  };
}

/** Names of pieces: of what is removed and added, and which of its like it is. */
function named(pieces: RawPiece[]): RawChange['pieces'] {
  const seen = new Map<string, number>();
  return pieces.map((piece) => {
    const hash = createHash('sha256');
    hash.update(piece.removed.join(''), 'latin1').update('\0').update(piece.added.join(''), 'latin1');
    const short = hash.digest('hex').slice(0, 10);
    const nth = (seen.get(short) ?? 0) + 1;
    seen.set(short, nth);
    return { ...piece, id: nth === 1 ? short : `${short}.${nth}` };
  });
}

/** Files too big to be looked into: known to the base (edited) or not (created). */
async function hugeChanges(shadow: Shadow, base: string, names: string[]): Promise<RawChange[]> {
  const known = new Map(
    fieldsOf(await shadow.git(['ls-tree', '-r', '-z', '--full-tree', base])).map((field) => {
      const tab = field.indexOf(9);
      const [mode = '', , oid = ''] = field.toString('latin1', 0, tab).split(' ');
      return [field.toString('latin1', tab + 1), { mode, oid }];
    }),
  );
  return names.map((name): RawChange => {
    const key = Buffer.from(name, 'latin1');
    const old = known.get(name);
    const mode = old?.mode ?? '100644';
    return {
      ...{ name: key, file: nameText(key), fromName: null, from: null, kind: old ? 'edited' : 'created' },
      ...{ oldMode: old ? mode : '000000', newMode: mode, oldBlob: old?.oid ?? NO_BLOB, newBlob: NO_BLOB },
      ...{ content: 'huge', editedInside: false, hunks: [], pieces: [] },
    };
  });
}

const NO_BLOB = '0'.repeat(40);
