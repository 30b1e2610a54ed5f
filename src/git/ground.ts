import { mkdir, readdir, readlink, rename, rmdir, symlink, unlink } from 'node:fs/promises';
import { unsafeName } from '../core/safe-name.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import {
  FDS,
  type Folder,
  hasFds,
  inside,
  keyOf,
  linked,
  look,
  Moved,
  openFolder,
  readRegular,
  splitName,
  stampOf,
  writeNew,
} from './open-folder.ts';

/** What lies at a name: `stamp` is another one after every write to it. */
export interface Found {
  kind: 'file' | 'link' | 'folder' | 'other';
  /** Content of a file, target of a link; else empty. */
  bytes: Buffer;
  /** Permission bits. */
  bits: number;
  stamp: string;
}

/**
 * A checkout whose files are read and written by name, and nothing outside of it: no link is followed on the way, and the folders
 * are the same ones at the moment of the write as when it began. Close it when done.
 */
export class Ground {
  readonly path: string;
  readonly #root: Folder;

  private constructor(path: string, root: Folder) {
    this.path = path;
    this.#root = root;
  }

  /** Throws `conflict` where no folder is at `path` itself (a link is none). */
  static async open(path: string): Promise<Ground> {
    const bytes = Buffer.from(path);
    try {
      return new Ground(path, await openFolder(bytes, bytes));
    } catch (error) {
      const hint = 'It was moved, removed or replaced by a link; nothing was written.';
      throw new BooError('conflict', `${path} is not the folder that it was`, hint, { cause: error });
    }
  }

  close(): Promise<void> {
    return this.#root.handle.close();
  }

  /** What lies there; null: nothing. Throws `conflict` with the part of the way that is a link or a file. */
  async read(name: Buffer): Promise<Found | null> {
    const task = async (folder: Folder, last: Buffer): Promise<Found | null> => {
      const stat = await look(inside(folder, last));
      if (!stat) return null;
      const about = { bits: Number(stat.mode) & 0o7777, stamp: stampOf(stat), bytes: Buffer.alloc(0) };
      if (stat.isDirectory()) return { ...about, kind: 'folder' };
      if (stat.isSymbolicLink()) {
        return { ...about, kind: 'link', bytes: await readlink(inside(folder, last), { encoding: 'buffer' }) };
      }
      if (!stat.isFile()) return { ...about, kind: 'other' };
      return { ...about, kind: 'file', ...(await readRegular(inside(folder, last))) };
    };
    return this.#at(name, task, { make: false });
  }

  /** Names of the folder that a name lies in; empty when it is not there. */
  async siblings(name: Buffer): Promise<Buffer[]> {
    const list = (folder: Folder) =>
      readdir(hasFds ? `${FDS}/${folder.handle.fd}` : folder.path, { encoding: 'buffer' }) as Promise<unknown>;
    return ((await this.#at(name, list, { make: false })) as Buffer[] | null) ?? [];
  }

  /**
   * Puts a file or link there, whole or not at all. `stamp`: what was found there, null for nothing; throws Moved when it is something
   * else by now. `temp`: the name it has, beside the file, while it is written; whoever is killed meanwhile leaves that.
   */
  async put(
    name: Buffer,
    content: { link: boolean; bits: number; bytes: Buffer; exact: boolean },
    { stamp, temp }: { stamp: string | null; temp: Buffer },
  ): Promise<void> {
    await this.#at(
      name,
      async (folder, last) => {
        const beside = inside(folder, temp);
        try {
          if (content.link) await symlink(content.bytes, beside);
          else await writeNew(beside, content);
          await this.#recheck(folder, last, stamp);
          // A link into place never takes the place of what came meanwhile.
          if (stamp === null && !content.link && (await linked(beside, inside(folder, last)))) return;
          await rename(beside, inside(folder, last));
        } finally {
          await unlink(beside).catch(() => {});
          await folder.handle.sync().catch(() => {});
        }
      },
      { make: true },
    );
  }

  /** Takes a file away, and the folders that are empty then. */
  async remove(name: Buffer, stamp: string): Promise<void> {
    await this.#at(
      name,
      async (folder, last) => {
        await this.#recheck(folder, last, stamp);
        await unlink(inside(folder, last));
        await folder.handle.sync().catch(() => {});
      },
      { make: false },
    );
    await this.prune(name);
  }

  /** Removes the folders on the way to a name that are empty. */
  async prune(name: Buffer): Promise<void> {
    const parts = splitName(name);
    for (let count = parts.length - 1; count > 0; count--) {
      const path = Buffer.concat(parts.slice(0, count).flatMap((part, at) => (at ? [Buffer.from('/'), part] : [part])));
      const gone = await this.#at(
        path,
        async (folder, last) => {
          await rmdir(inside(folder, last));
          return true;
        },
        { make: false },
      ).catch(() => false);
      if (!gone) return;
    }
  }

  /** Takes away what a write that was killed left beside a file. */
  async sweep(name: Buffer, temp: Buffer): Promise<void> {
    await this.#at(name, (folder) => unlink(inside(folder, temp)), { make: false }).catch(() => {});
  }

  /** Runs `task` with the folder that a name lies in, open; null when that is not there and not to be made. */
  async #at<T>(
    name: Buffer,
    task: (folder: Folder, last: Buffer) => Promise<T>,
    { make }: { make: boolean },
  ): Promise<T | null> {
    const unsafe = unsafeName(name);
    if (unsafe) throw new BooError('conflict', unsafe);
    const parts = splitName(name);
    const opened: Folder[] = [];
    let folder = this.#root;
    try {
      for (const part of parts.slice(0, -1)) {
        const next = await this.#enter(folder, part, make);
        if (!next) return null;
        opened.push(next);
        folder = next;
      }
      return await task(folder, parts.at(-1)!);
    } finally {
      for (const { handle } of opened) await handle.close();
    }
  }

  async #enter(folder: Folder, part: Buffer, make: boolean): Promise<Folder | null> {
    const at = inside(folder, part);
    const path = Buffer.concat([folder.path, Buffer.from('/'), part]);
    const stat = await look(at);
    if (!stat && !make) return null;
    if (!stat) {
      await this.#sameFolder(folder);
      await mkdir(at).catch((error: unknown) => {
        if (errnoOf(error) !== 'EEXIST') throw error;
      });
    } else if (!stat.isDirectory()) {
      const what = stat.isSymbolicLink() ? 'a link' : 'a file';
      throw new BooError('conflict', `${path.subarray(this.#root.path.length + 1)} is ${what} there`);
    }
    return openFolder(at, path);
  }

  /** The last look before a write: the folder is still in the project, and what lies there is what was planned with. */
  async #recheck(folder: Folder, last: Buffer, stamp: string | null): Promise<void> {
    await this.#sameFolder(folder);
    const stat = await look(inside(folder, last));
    if ((stat && stampOf(stat)) !== stamp) throw new Moved('it was changed in this very moment');
  }

  /** Throws Moved when the path no longer leads, without a link, to the folder that is open. */
  async #sameFolder(folder: Folder): Promise<void> {
    const root = await look(Buffer.from(this.path));
    if (!root || keyOf(root) !== this.#root.key) throw new Moved('its checkout was moved or replaced');
    for (let end = this.#root.path.length + 1; end <= folder.path.length; end++) {
      if (end < folder.path.length && folder.path[end] !== 0x2f) continue;
      const stat = await look(folder.path.subarray(0, end));
      if (!stat?.isDirectory()) throw new Moved('a folder on the way was moved or replaced');
      if (end === folder.path.length && keyOf(stat) !== folder.key) throw new Moved('its folder was replaced');
    }
  }
}
