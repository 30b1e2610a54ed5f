import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Before anything of size is loaded; a folder of the user's own, because what it holds is run.
if (!process.env.NODE_DISABLE_COMPILE_CACHE) {
  const caches = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), '.cache');
  enableCompileCache(join(caches, 'boocode', 'compiled'));
}

// A reader that has seen enough (`boocode output x | head`) ends us quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const { runCli } = await import('./cli/run.ts');
process.exitCode = await runCli(process.argv.slice(2));
// What a verb may have left open (a connection that was still being made when somebody left) keeps nobody waiting.
process.stdout.write('', () => process.exit());
