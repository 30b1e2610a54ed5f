import { statSync } from 'node:fs';
import { watch } from 'chokidar';
import { type LoadedConfig, loadConfig } from '../storage/config.ts';
import { trustFile } from '../storage/trust.ts';
import { dataFolder, projectPaths, userConfigPath } from '../util/paths.ts';
import type { Log } from './log.ts';

/** Editors write a file in several steps; it is read when they have been quiet for this long, in milliseconds. */
const SETTLE_MS = 80;
/** A file that was written so shortly before it was read may be written again without its times telling, in milliseconds. */
const TICK_MS = 50;
/** Levels below what is there that are watched: neither a file's folder nor the one it is in need be there yet. */
const DEPTH = 2;

export interface ConfigService {
  /** As it is on the disk now, so that a change is in force even before its watcher has seen it. */
  get(): LoadedConfig;
  close(): Promise<void>;
}

/** The merged config, read again whenever one of its files changes; `onChange` is told then. */
export function watchConfig({
  root,
  log,
  onChange,
}: {
  root: string;
  log: Log;
  onChange(loaded: LoadedConfig): void;
}): ConfigService {
  let loaded = loadConfig({ root });
  let timer: NodeJS.Timeout | undefined;
  let seen = '';
  const reload = () => {
    clearTimeout(timer);
    const before = stampOf(root, loaded);
    const next = loadConfig({ root });
    seen = before.newest < Date.now() - TICK_MS ? before.stamp : '';
    if (JSON.stringify(next) === JSON.stringify(loaded)) return;
    loaded = next;
    watcher.add(Object.values(next.config.detect));
    for (const problem of next.problems) log.warn(`${problem.file}:${problem.line ?? 1} ${problem.message}`);
    onChange(next);
  };
  const rules = Object.values(loaded.config.detect);
  const watcher = watch([projectPaths(root).config, userConfigPath(), `${dataFolder()}/trust`, ...rules], {
    ignoreInitial: true,
    depth: DEPTH,
  });
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(reload, SETTLE_MS);
  });
  // What was written while it began to watch is told by nothing else.
  watcher.on('ready', reload);
  watcher.on('error', (error) => log.warn(`the config is not watched: ${String(error)}`));
  return {
    get() {
      // Asked for many times a second: what has not been written is not read again.
      if (seen === '' || stampOf(root, loaded).stamp !== seen) reload();
      return loaded;
    },
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

/** Undefined: there is none, or it cannot be reached, which reading it says. */
function statOf(file: string) {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}

/** Which files it was read from, as they are now; `newest`: milliseconds since the epoch. */
function stampOf(root: string, { config, allowed }: LoadedConfig): { stamp: string; newest: number } {
  const rules = Object.values(config.detect);
  const files = [projectPaths(root).config, userConfigPath(), trustFile(root, process.env), allowed.file, ...rules];
  const stats = files.map(statOf);
  const stamp = stats.map((stat) => (stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : '-'));
  const newest = Math.max(0, ...stats.map((stat) => Number(stat?.ctimeMs ?? 0n)));
  return { stamp: stamp.join('\n'), newest };
}
