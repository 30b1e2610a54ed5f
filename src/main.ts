import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Before anything of size is loaded; a folder of the user's own, because what it holds is run.
if (!process.env.NODE_DISABLE_COMPILE_CACHE) {
  const caches = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), '.cache');
  enableCompileCache(join(caches, 'boocode', 'compiled'));
}

const { main } = await import('./cli/run.ts');
await main(process.argv.slice(2));
