import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Folder } from '../../core/autofix/command.ts';
import { type Edited, editedSince } from '../../core/autofix/edited.ts';
import type { Agent } from '../../schema/agent.ts';
import { readRecordLines } from '../../storage/record.ts';
import type { Context } from '../context.ts';

/** Characters of a package.json that are read. */
const MANIFEST = 1_000_000;

/** The top of the checkout that an agent works in. */
export const topOf = ({ root }: Pick<Context, 'root'>, { worktree }: Agent): string => worktree ?? root;

/** The folders from the agent's own up to the top of its checkout. Throws when they cannot be read. */
export async function foldersOf(ctx: Pick<Context, 'root'>, agent: Agent): Promise<Folder[]> {
  const top = topOf(ctx, agent);
  const folders: Folder[] = [];
  for (let path = agent.cwd; ; path = dirname(path)) {
    const names = await readdir(path);
    const manifest = names.includes('package.json') ? await readFile(join(path, 'package.json'), 'utf8') : null;
    folders.push({ path, names, manifest: manifest?.slice(0, MANIFEST) ?? null });
    if (path === top || !path.startsWith(`${top}/`)) return folders;
  }
}

/** What an agent has done since its last conclusive check, from its record. */
export const editedOf = (ctx: Pick<Context, 'root'>, agent: Agent): Edited => {
  function* events() {
    for (const { event } of readRecordLines(ctx.root, agent.id)) yield event;
  }
  return editedSince(events(), topOf(ctx, agent));
};

/** What the agent's own worktree differs in, as a hash; null where others may write as well, or nothing can be told. */
export async function treeOf({ changes, log }: Context, { id, worktree }: Agent): Promise<string | null> {
  if (worktree === null) return null;
  try {
    const seen = await changes.of(id, true);
    const lines = seen.changes.map(({ file, from, kind, newMode, newBlob }) => [file, from, kind, newMode, newBlob]);
    return createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, 16);
  } catch (error) {
    log.debug(`what ${id} has changed cannot be told: ${String(error)}`);
    return null;
  }
}

/** Of a worktree in which nothing was changed. */
export const UNCHANGED = createHash('sha256').update('[]').digest('hex').slice(0, 16);
