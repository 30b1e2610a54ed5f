import type { SavedWork } from '../schema/daemon.ts';
import { SavedMeta } from '../schema/saved.ts';
import { BooError } from '../util/errors.ts';
import { commitOf } from './repository.ts';
import { git } from './run.ts';
import { slug } from './slug.ts';

/** Where saved work lives: git never removes what a ref holds, and no fetch or push touches these. */
export const SAVED_REFS = 'refs/boocode/saved';

const MARK = 'boocode-saved: ';

/** The message of a saving commit: readable in `git log`, and exact on its last line. */
export const savedMessage = (meta: SavedMeta): string =>
  `Work of ${meta.name}, saved by BooCode on ${new Date(meta.savedAt).toISOString()}\n\n${MARK}${JSON.stringify(meta)}\n`;

function parseMessage(message: string): SavedMeta | undefined {
  const line = message.split('\n').findLast((one) => one.startsWith(MARK));
  if (!line) return undefined;
  try {
    return SavedMeta.safeParse(JSON.parse(line.slice(MARK.length))).data;
  } catch {
    return undefined;
  }
}

/** What a saving commit says of itself, or undefined when it is none. */
export async function readSaved(cwd: string, commit: string): Promise<SavedMeta | undefined> {
  const { stdout } = await git(['cat-file', 'commit', commit], { cwd, allow: [128] });
  return parseMessage(stdout);
}

/** A saved ref by its full name, or its part after refs/boocode/saved/. */
export async function findSaved(root: string, ref: string): Promise<{ commit: string; meta: SavedMeta }> {
  const full = ref.startsWith('refs/') ? ref : `${SAVED_REFS}/${ref}`;
  const commit = full.startsWith(`${SAVED_REFS}/`) ? await commitOf(root, full) : null;
  const meta = commit && (await readSaved(root, commit));
  if (commit && meta) return { commit, meta };
  const hint = '`boocode restore` without a name lists what is saved.';
  throw new BooError('not_found', `there is no saved work ${ref}`, hint);
}

/** All saved work of a repository, newest first. */
export async function listSaved(root: string): Promise<SavedWork[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(contents)%00%01';
  const { stdout } = await git(['for-each-ref', format, SAVED_REFS], { cwd: root });
  const found = stdout.split('\0\u0001\n').flatMap((entry) => {
    const [ref = '', commit = '', message = ''] = entry.split('\0');
    const meta = parseMessage(message);
    return meta ? [{ ref, commit, name: meta.name, savedAt: meta.savedAt }] : [];
  });
  return found.sort((a, b) => b.savedAt - a.savedAt || (a.ref < b.ref ? 1 : -1));
}

/** A ref that is not taken yet: refs/boocode/saved/<name>/<time>. */
export async function freeRef(root: string, name: string, now: number): Promise<string> {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, '').replace('.', '-');
  for (let count = 1; ; count++) {
    const ref = `${SAVED_REFS}/${slug(name)}/${stamp}${count > 1 ? `-${count}` : ''}`;
    if (!(await commitOf(root, ref))) return ref;
  }
}
