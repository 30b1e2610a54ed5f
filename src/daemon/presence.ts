import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { ensureFolder, missingIn } from '../storage/folder.ts';
import { claimFolder } from '../storage/owner.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import type { Lock } from './lock.ts';
import type { Log } from './log.ts';
import type { Trouble } from './trouble.ts';

/** What is taken away within this time, in milliseconds, is told as one: git clean goes from file to file. */
const TELL_MS = 1000;

/*
 * `.boocode/` can be taken away under a daemon that serves the project (git clean -xdf, rm -rf), as a whole or in part. What this
 * daemon is the writer of is in its memory or in files that it has open, so here it is made again as one: folders, owner, lock,
 * log, records of living agents, state, what living runs were started with, rejects that wait. Who is about to begin a file asks for
 * it first; it is also looked for before each request and at each look of the lock.
 */
export interface Presence {
  /** Makes again what was taken away. Throws BooError when that cannot be done (somebody put a link there). */
  ensure(): void;
  /** The same; what cannot be done is told once, and tried again at the next look. */
  look(): void;
  /** Nothing lives any more, and this daemon leaves: who takes the folder away now wants it away. */
  end(): void;
  /** Looks for the last time, and tells what there is to tell. */
  close(): void;
}

export interface PresenceOptions {
  root: string;
  lock: Pick<Lock, 'hold' | 'onLook' | 'rest'>;
  log: Log;
  trouble: Trouble;
  /** Tells the person. */
  tell(text: string): void;
  records(): { remakeRecords(): number };
  /** Who else knows in memory what was in files. */
  others(): { remake(): void }[];
  snapshots(): { readonly isGone: boolean; write(): void };
}

export function watchPresence(options: PresenceOptions): Presence {
  const { root, lock, log, trouble, tell, records, others, snapshots } = options;
  const paths = projectPaths(root);
  const gone = new Set<string>();
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  const tellGone = () => {
    clearTimeout(timer);
    timer = undefined;
    if (gone.size > 0) tell(sentenceOf(paths.folder, [...gone]));
    gone.clear();
  };
  const missing = () => [
    ...missingIn(root),
    ...(snapshots().isGone ? [basename(paths.state)] : []),
    ...(existsSync(paths.log) ? [] : [basename(paths.log)]),
  ];
  /** Returns false where another daemon has the project by now. */
  const remake = (names: readonly string[]): boolean => {
    if (!lock.hold()) return false;
    ensureFolder(root);
    for (const text of claimFolder({ root, now: Date.now() })) tell(text);
    log.remake();
    records().remakeRecords();
    snapshots().write();
    for (const one of others()) one.remake();
    for (const name of names) if (name !== basename(paths.log)) gone.add(name);
    timer ??= setTimeout(tellGone, TELL_MS).unref();
    return true;
  };
  const ensure = () =>
    orTell(trouble, () => {
      if (ended) return true;
      const names = missing();
      return names.length === 0 || remake(names);
    });
  const look = () => attempt(ensure);
  lock.onLook(() =>
    attempt(() => {
      ensure();
      // A record alone can be taken away too: they are many, and are looked at here only.
      orTell(trouble, () => {
        const count = records().remakeRecords();
        if (count > 0) log.warn(`${count} records of living agents were taken away and made again`);
        return true;
      });
    }),
  );
  return {
    ensure,
    look,
    end() {
      ended = true;
      lock.rest();
    },
    close() {
      lock.onLook(() => {});
      look();
      tellGone();
    },
  };
}

/** What cannot be done is told once, with what to do, and thrown. */
function orTell(trouble: Trouble, task: () => boolean): void {
  try {
    if (task()) trouble.works('folder');
  } catch (error) {
    const hint = error instanceof BooError && error.hint ? `. ${error.hint.replace(/\.$/, '')}` : '';
    trouble.failed('folder', messageOf(error) + hint);
    throw error;
  }
}

function attempt(task: () => void): void {
  try {
    task();
  } catch {
    // It has been told; the next look tries again.
  }
}

/** What the person is told: of files there is nothing else to lose. */
function sentenceOf(folder: string, names: readonly string[]): string {
  const isWhole = names.includes(basename(folder));
  const what = isWhole ? `${folder} was` : `${names.join(', ')} in ${folder} ${names.length > 1 ? 'were' : 'was'}`;
  const isFolder = isWhole || names.some((name) => !name.startsWith('.') && !['owner', 'state.json'].includes(name));
  return `${what} taken away (git clean does that) and made again with the state and the records of living agents${
    isFolder ? '; what else was there is lost' : ''
  }.`;
}
