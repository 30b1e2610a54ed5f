import { useCompileCache } from './util/compile-cache.ts';

useCompileCache();
const { main } = await import('./cli/run.ts');
await main(process.argv.slice(2));
