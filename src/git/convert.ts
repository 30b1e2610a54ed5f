import { isUtf8 } from 'node:buffer';
import { unsafeName } from '../core/safe-name.ts';
import { BooError } from '../util/errors.ts';
import { fieldsOf, joinFields } from './lines.ts';
import { git, gitBytes, gitLine } from './run.ts';

/** Attributes by which git writes something else into a checkout than it keeps. */
const ATTRIBUTES = ['text', 'eol', 'crlf', 'filter', 'ident', 'working-tree-encoding'] as const;
type Attribute = (typeof ATTRIBUTES)[number];
/** Nothing that the repository's config or hooks name runs for a look or a write of ours. */
export const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'core.safecrlf=false'];
/** A filter may fetch what a pointer stands for: milliseconds. */
const FILTER_MS = 60_000;

/**
 * How one file lies in a checkout, and how git keeps it. `none`: the same bytes · `text`: line ends, encoding, keywords ·
 * `filter`: a program of the user's (git lfs, git-crypt, …).
 */
export interface Conversion {
  kind: 'none' | 'text' | 'filter';
  /** As it lies there ▶ as git keeps it. */
  clean(bytes: Buffer): Promise<Buffer>;
  /** As git keeps it ▶ as it lies there. */
  smudge(bytes: Buffer): Promise<Buffer>;
}

/** Filters that the config has a program for; one without is as if it were not asked for. */
async function driversOf(worktree: string): Promise<Set<string>> {
  const args = ['config', '--name-only', '-z', '--get-regexp', '^filter\\..*\\.(clean|smudge|process)$'];
  const { stdout } = await git(args, { cwd: worktree, allow: [1] });
  return new Set(stdout.split('\0').map((key) => key.slice('filter.'.length, key.lastIndexOf('.'))));
}

const isOn = (value: string | undefined) => value !== undefined && value !== 'unspecified' && value !== 'unset';

/** How these files are converted in a worktree, as its attributes and config say now. By name (latin1). */
export async function conversionsOf(worktree: string, names: readonly Buffer[]): Promise<Map<string, Conversion>> {
  // git gives up at a name that leads outside; nothing is read or written there.
  const asked = names.filter((name) => !unsafeName(name));
  if (asked.length === 0) return new Map();
  const { stdout } = await gitBytes([...QUIET, 'check-attr', '-z', '--stdin', ...ATTRIBUTES], {
    cwd: worktree,
    input: joinFields(asked),
  });
  const autocrlf = await gitLine(['config', '--get', 'core.autocrlf'], worktree);
  const drivers = await driversOf(worktree);
  const fields = fieldsOf(stdout).map((field) => field.toString('latin1'));
  const found = new Map<string, Partial<Record<Attribute, string>>>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const values = found.get(fields[at]!) ?? {};
    values[fields[at + 1] as Attribute] = fields[at + 2]!;
    found.set(fields[at]!, values);
  }
  const kindOf = (values: Partial<Record<Attribute, string>>): Conversion['kind'] => {
    if (drivers.has(values.filter ?? '')) return 'filter';
    const converts = isOn(values.text) || isOn(values.eol) || isOn(values.crlf) || isOn(values.ident);
    if (converts || isOn(values['working-tree-encoding'])) return 'text';
    return values.text !== 'unset' && autocrlf !== null && !/^(false|no|off|0|)$/i.test(autocrlf) ? 'text' : 'none';
  };
  return new Map(
    asked.map((name) => {
      const key = name.toString('latin1');
      return [key, conversion(worktree, name, kindOf(found.get(key) ?? {}))];
    }),
  );
}

const AS_IT_IS: Conversion = { kind: 'none', clean: async (bytes) => bytes, smudge: async (bytes) => bytes };

function conversion(worktree: string, name: Buffer, kind: Conversion['kind']): Conversion {
  if (kind === 'none') return AS_IT_IS;
  const options = { cwd: worktree, timeoutMs: FILTER_MS };
  const path = () => {
    if (isUtf8(name)) return `--path=${name}`;
    throw new BooError('conflict', 'git converts it, and its name is no UTF-8');
  };
  const store = async (bytes: Buffer, how: string) =>
    (await git([...QUIET, 'hash-object', '-w', '--stdin', how], { ...options, input: bytes })).stdout.trim();
  return {
    kind,
    clean: async (bytes) => blobAt(worktree, await store(bytes, path())),
    smudge: async (bytes) => {
      const oid = await store(bytes, '--no-filters');
      return (await gitBytes([...QUIET, 'cat-file', '--filters', path(), oid], options)).stdout;
    },
  };
}

/** The content of a blob. */
export const blobAt = async (cwd: string, oid: string): Promise<Buffer> =>
  (await gitBytes(['cat-file', 'blob', oid], { cwd })).stdout;

/** The contents of blobs, in one call of git. Throws `failed` for one that is not there. */
export async function blobsAt(cwd: string, oids: Iterable<string>): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(oids)];
  if (wanted.length === 0) return new Map();
  const { stdout } = await gitBytes(['cat-file', '--batch'], { cwd, input: wanted.map((oid) => `${oid}\n`).join('') });
  const found = new Map<string, Buffer>();
  let at = 0;
  for (const oid of wanted) {
    const end = stdout.indexOf(10, at);
    const [, type, size] = stdout.toString('latin1', at, end).split(' ');
    if (type !== 'blob')
      throw new BooError('failed', `the content ${oid} is not in the repository any more`, 'git fsck says more.');
    found.set(oid, stdout.subarray(end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
  return found;
}

/** Stores contents as they are and gives their names, in order. */
export async function storeBlob(cwd: string, bytes: Buffer): Promise<string> {
  return (await git([...QUIET, 'hash-object', '-w', '--no-filters', '--stdin'], { cwd, input: bytes })).stdout.trim();
}
