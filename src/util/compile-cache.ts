import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Keeps what the engine compiles for the next process. Before anything of size is loaded; a folder of the user's own, because what it holds is run. */
export function useCompileCache(): void {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return;
  const caches = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), '.cache');
  enableCompileCache(join(caches, 'boocode', 'compiled'));
}
