import { useCompileCache } from '../util/compile-cache.ts';

useCompileCache();
// The thread of a script comes up while the rest is loaded and the daemon is asked what the script is.
if (process.argv[3] === 'script') void import('../sandbox/thread.ts').then(({ prepareThread }) => prepareThread());
await import('./process.ts');
