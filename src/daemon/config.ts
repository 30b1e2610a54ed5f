import { watch } from 'chokidar';
import { type LoadedConfig, loadConfig } from '../storage/config.ts';
import { dataFolder, projectPaths, userConfigPath } from '../util/paths.ts';
import type { Log } from './log.ts';

/** Editors write a file in several steps; it is read when they have been quiet for this long, in milliseconds. */
const SETTLE_MS = 80;

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
  const reload = () => {
    clearTimeout(timer);
    const next = loadConfig({ root });
    if (JSON.stringify(next) === JSON.stringify(loaded)) return;
    loaded = next;
    watcher.add(Object.values(next.config.detect));
    for (const problem of next.problems) log.warn(`${problem.file}:${problem.line ?? 1} ${problem.message}`);
    onChange(next);
  };
  const rules = Object.values(loaded.config.detect);
  const watcher = watch([projectPaths(root).config, userConfigPath(), `${dataFolder()}/trust`, ...rules], {
    ignoreInitial: true,
    depth: 0,
  });
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(reload, SETTLE_MS);
  });
  watcher.on('error', (error) => log.warn(`the config is not watched: ${String(error)}`));
  return {
    get() {
      reload();
      return loaded;
    },
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
