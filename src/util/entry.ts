import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a built entry (`dist/<name>.js`). Processes are started by path: from the bundle the file lies beside this
 * code; from the sources (tests) it is the project's own dist folder, which `npm test` builds first.
 */
export function entryPath(
  name:
    | 'main'
    | 'daemon'
    | 'host'
    | 'starter'
    | 'search'
    | 'archive'
    | 'demo'
    | 'rebuild'
    | 'hook'
    | 'bridge'
    | 'sandbox'
    | 'workflow',
): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, `${name}.js`);
  return existsSync(beside) ? beside : join(here, '..', '..', 'dist', `${name}.js`);
}

/** Path of QuickJS as WebAssembly: the build lays it beside the bundle. */
export function wasmPath(): string {
  return join(dirname(entryPath('sandbox')), 'quickjs.wasm');
}

/** Path of settings with which programs are started; the build lays them beside the bundle. */
export function settingsPath(name: 'qwen.json' | 'qwen-quiet.json'): string {
  return join(dirname(entryPath('main')), 'settings', name);
}

/** Path of what `boocode workflow new` writes; the build lays it beside the bundle. */
export function templatePath(name: 'workflow.js' | 'flow.yaml' | 'workflow.d.ts' | 'flow.schema.json'): string {
  return join(dirname(entryPath('main')), 'templates', name);
}
