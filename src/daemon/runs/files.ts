import { watch } from 'chokidar';
import { workflowFolders } from '../../storage/workflow-files.ts';
import { messageOf } from '../../util/errors.ts';
import type { Publish } from '../context.ts';
import type { Log } from '../log.ts';
import { listWorkflows } from './catalogue.ts';

/** Editors write a file in several steps; it is read when they have been quiet for this long, in milliseconds. */
const SETTLE_MS = 80;
/** Levels below what is there that are watched: neither such a folder nor the one it is in need be there yet. */
const DEPTH = 2;

export interface WatchedWorkflows {
  close(): Promise<void>;
}

/** Tells of every change of workflow files; of one that cannot be read any more also what is wrong with it, and where. */
export function watchWorkflows({ root, log, publish }: { root: string; log: Log; publish: Publish }): WatchedWorkflows {
  let timer: NodeJS.Timeout | undefined;
  /** File ▶ what was wrong with it when that was last said. */
  let said = new Map<string, string>();
  const problems = async () => {
    const broken = new Map<string, string>();
    for (const { workflow } of await listWorkflows({ root })) {
      const { file, name, problem } = workflow;
      const place = [file ?? name, problem?.line, problem?.column].filter((part) => part != null).join(':');
      if (problem) broken.set(file ?? name, `${place}: ${problem.message}`);
    }
    return broken;
  };
  const look = async (aloud: boolean) => {
    const broken = await problems();
    for (const [file, text] of aloud ? broken : []) {
      if (said.get(file) !== text) publish('message', { level: 'warning', text });
    }
    said = broken;
    if (aloud) publish('workflows', {});
  };
  const failed = (error: unknown) => log.warn(`workflow files: ${messageOf(error)}`);
  const folders = workflowFolders(root).filter(({ from }) => from !== 'builtin');
  const watcher = watch(
    folders.map(({ path }) => path),
    { ignoreInitial: true, depth: DEPTH },
  );
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(true).catch(failed), SETTLE_MS);
  });
  watcher.on('error', failed);
  const first = look(false).catch(failed);
  // What was written while it began to watch is told by nothing else.
  watcher.on('ready', () => void first.then(() => look(true)).catch(failed));
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
