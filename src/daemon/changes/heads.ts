import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { gitFolder } from '../../git/repository.ts';
import { isFilled, listSubmodules } from '../../git/submodules.ts';

export interface HeadsOptions {
  path: string;
  /** A commit, a checkout or a rebase by anybody wrote HEAD or the index: the checkout's own (null), or those of a submodule (its path). */
  onMoved(submodule: string | null): void;
}

/** Watches where a checkout and its submodules stand: a commit writes no file among the ones that lie there. */
export class Heads {
  readonly #options: HeadsOptions;
  readonly #watchers = new Set<FSWatcher>();
  #closed = false;

  constructor(options: HeadsOptions) {
    this.#options = options;
  }

  /** Begins anew with the submodules that are there now. Throws what git says when there is no checkout. */
  async follow(): Promise<void> {
    const { path } = this.#options;
    const own = await gitFolder(path);
    const inner = (await listSubmodules(path)).filter((one) => isFilled(path, one));
    const folders = await Promise.all(
      inner.map(async (one) => ({ submodule: one.path, folder: await gitFolder(join(path, one.path)) })),
    );
    this.#drop();
    for (const { submodule, folder } of [{ submodule: null, folder: own }, ...folders]) this.#watch(folder, submodule);
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #watch(folder: string, submodule: string | null): void {
    if (this.#closed) return;
    const watcher = watch(folder, (_type, name) => {
      if (name === 'HEAD' || name === 'index') this.#options.onMoved(submodule);
    });
    watcher.on('error', () => watcher.close());
    this.#watchers.add(watcher);
  }

  #drop(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers.clear();
  }
}
