import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processStart } from '../util/process.ts';
import { endLeftGroup } from './process.ts';
import { gitFolder } from './repository.ts';

/** In git's folder of a worktree: the process group that we let work in it, as `<pid> <start>` of its leader. */
const RUNS = 'boocode-runs';

/** What puts on disk which process group works in a worktree, so that it can be ended should we be killed. */
export async function runnerOf(worktree: string): Promise<(pid: number) => void> {
  const own = await gitFolder(worktree);
  return (pid) => writeFileSync(join(own, RUNS), `${pid} ${processStart(pid)}`);
}

/** Ends what a killed daemon had let work in a worktree, if it still runs. */
export async function endRunner(worktree: string): Promise<void> {
  const own = await gitFolder(worktree).catch(() => null);
  if (own === null) return;
  let text: string;
  try {
    text = readFileSync(join(own, RUNS), 'utf8');
  } catch {
    return;
  }
  const [pid = '', start = ''] = text.split(' ');
  endLeftGroup(Number(pid), start);
}
