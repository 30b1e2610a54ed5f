import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { commitOf, gitFolder } from './repository.ts';

const OID = /^([0-9a-f]{40}|[0-9a-f]{64})\n?$/;

/**
 * The commit that a worktree stands on, null before the first one. Read as git lays it down (gitrepository-layout): while a process is
 * started, which takes milliseconds on a busy machine, the daemon does nothing else. What is laid down otherwise git is asked about.
 */
export const headCommit = async (worktree: string): Promise<string | null> =>
  (await readHead(worktree).catch(() => undefined)) ?? commitOf(worktree, 'HEAD');

async function readHead(worktree: string): Promise<string | undefined> {
  const own = await gitFolder(worktree);
  const head = await readFile(join(own, 'HEAD'), 'utf8');
  const detached = OID.exec(head)?.[1];
  if (detached) return detached;
  const ref = /^ref: (refs\/heads\/[^\n]+)\n?$/.exec(head)?.[1];
  if (!ref || ref.includes('..')) return undefined;
  const common = await readFile(join(own, 'commondir'), 'utf8').then(
    (path) => resolve(own, path.trim()),
    () => own,
  );
  const loose = await readFile(join(common, ref), 'utf8').catch(() => '');
  if (loose !== '') return OID.exec(loose)?.[1];
  const packed = await readFile(join(common, 'packed-refs'), 'utf8');
  const line = packed.split('\n').find((one) => one.endsWith(` ${ref}`));
  return line && OID.exec(line.slice(0, -ref.length - 1))?.[1];
}
