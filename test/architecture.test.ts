import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Every source file below a folder, as paths from the project's root. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !name.endsWith('.d.ts') ? [path] : [];
  });
}

const files = [...sources('src'), ...sources('components')];
const text = (file: string) => readFileSync(join(root, file), 'utf8');
/** `src/core/keys/x.ts` is in room core; `components/…` in room components; `src/main.ts` in room main. */
const roomOf = (file: string) =>
  file.startsWith('components') ? 'components' : file.split('/').length === 2 ? 'main' : file.split('/')[1]!;

/** What a room may import: rooms (or files `room/file`), and packages. `node` stands for Node's own modules. */
const ALLOWED: Record<string, string[]> = {
  schema: ['zod'],
  util: ['node', 'schema', 'string-width', 'jsonc-parser', '@noble/hashes', '../package.json'],
  core: [
    'schema',
    'util/text',
    'util/errors',
    'util/signs',
    'string-width',
    '@eslint-community/regexpp',
    'picomatch',
    'acorn',
    '@marcbachmann/cel-js',
    'liquidjs',
    'yaml',
    'ajv',
  ],
  runtimes: ['schema', 'core', 'util', 'node', 'smol-toml'],
  bridge: ['schema', 'core', 'util', 'node', '@agentclientprotocol/sdk'],
  hook: ['schema', 'util', 'client', 'wire', 'node'],
  host: ['schema', 'util', 'wire', 'core/search', 'node', 'node-pty', '@xterm/headless'],
  git: ['schema', 'core', 'util', 'node', 'ignore'],
  storage: ['schema', 'util', 'node', 'lowdb', 'uuid', 'jsonc-parser', 'zod'],
  wire: ['schema', 'util', 'node', 'zod'],
  daemon: [
    'schema',
    'core',
    'runtimes',
    'git',
    'storage',
    'wire',
    'util',
    'node',
    'zustand',
    'chokidar',
    'ignore',
    'uuid',
  ],
  client: ['schema', 'wire', 'util', 'node'],
  cockpit: ['schema', 'core', 'client', 'util', 'zustand', 'node', 'string-width', 'marked'],
  cli: ['client', 'cockpit', 'core', 'schema', 'util', 'node', 'zod'],
  components: ['cockpit', 'core/commands', 'core/keys', 'core/layout', 'schema', 'ink', 'react', 'zustand'],
  sandbox: ['schema', 'util', 'node', 'quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync'],
  workflow: ['schema', 'core', 'client', 'wire', 'sandbox', 'util', 'node', 'bridge/say', 'bridge/hear', 'git/ground'],
  mcp: ['schema', 'core', 'client', 'wire', 'util', 'node', 'zod', '@modelcontextprotocol/server'],
  demo: ['schema', 'core', 'util', 'node'],
  main: ['cli', 'util', 'node'],
};
/** What only a dynamic import may bring in, so that `boocode ls` loads none of it. */
const DYNAMIC: Record<string, string[]> = {
  cli: ['daemon', 'host', 'components', 'runtimes', 'git', 'storage', 'demo', 'mcp'],
  main: ['cli'],
};
/** Rooms that keep a package to themselves. */
const ONLY_IN: Record<string, string[]> = {
  'node-pty': ['host'],
  '@xterm/headless': ['host'],
  lowdb: ['storage'],
  chokidar: ['daemon'],
  '@eslint-community/regexpp': ['core'],
  '@agentclientprotocol/sdk': ['bridge'],
  marked: ['cockpit'],
  picomatch: ['core'],
  acorn: ['core'],
  '@marcbachmann/cel-js': ['core'],
  liquidjs: ['core'],
  yaml: ['core'],
  ajv: ['core'],
  'smol-toml': ['runtimes'],
  '@modelcontextprotocol/server': ['mcp'],
  'quickjs-emscripten-core': ['sandbox'],
  '@jitl/quickjs-wasmfile-release-sync': ['sandbox'],
  ink: ['components'],
  react: ['components'],
};

interface Import {
  file: string;
  target: string;
  dynamic: boolean;
}

const imports: Import[] = files.flatMap((file) => {
  const found: Import[] = [];
  for (const [, target] of text(file).matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"();]*?from\s+'([^']+)'/g)) {
    found.push({ file, target: target!, dynamic: false });
  }
  for (const [, target] of text(file).matchAll(/(?:^|\n)import\s+'([^']+)'/g))
    found.push({ file, target: target!, dynamic: false });
  for (const [, target] of text(file).matchAll(/\bimport\(\s*'([^']+)'\s*\)/g))
    found.push({ file, target: target!, dynamic: true });
  return found;
});

/** `core/keys/x` for our own files, the package's name for others, `node` for Node's modules. */
function nameOf({ file, target }: Import): string {
  if (target.startsWith('node:')) return 'node';
  if (!target.startsWith('.'))
    return target
      .split('/')
      .slice(0, target.startsWith('@') ? 2 : 1)
      .join('/');
  const path = relative(root, resolve(root, dirname(file), target));
  if (path === 'package.json') return '../package.json';
  return path.startsWith('components') ? path : path.replace(/^src\//, '').replace(/\.tsx?$/, '');
}

describe('rooms', () => {
  test('import only what the table allows', () => {
    const wrong = imports.filter((one) => {
      const room = roomOf(one.file);
      const name = nameOf(one);
      const allowed = [room, ...(ALLOWED[room] ?? []), ...(one.dynamic ? (DYNAMIC[room] ?? []) : [])];
      return !allowed.some((entry) => name === entry || name.startsWith(`${entry}/`));
    });
    expect(wrong.map((one) => `${one.file} imports ${one.target}`)).toEqual([]);
  });

  test('keep packages where they belong', () => {
    const wrong = imports.filter((one) => {
      const owners = ONLY_IN[nameOf(one)];
      return owners && !owners.includes(roomOf(one.file));
    });
    expect(wrong.map((one) => `${one.file} imports ${one.target}`)).toEqual([]);
  });
});

describe('budgets', () => {
  test('no file is longer than 250 lines, no component longer than 120, App not longer than 80', () => {
    const limit = (file: string) =>
      file.endsWith('/App.tsx') ? 80 : file === 'src/main.ts' ? 60 : file.startsWith('components') ? 120 : 250;
    const long = files
      .map((file) => ({ file, lines: text(file).split('\n').length - 1 }))
      .filter((f) => f.lines > limit(f.file));
    expect(long).toEqual([]);
  });

  test('keys come in through one hook', () => {
    const users = files.filter((file) => /\buseInput\(/.test(text(file)));
    expect(users.length).toBeLessThanOrEqual(1);
  });

  test('the real terminal is written in one place', () => {
    const writers = files.filter(
      (file) => /process\.stdout/.test(text(file)) && !/^src\/(cli|demo|hook|bridge|host\/starter)\//.test(file),
    );
    expect(writers.filter((file) => !file.startsWith('src/cockpit/tty'))).toEqual([]);
  });

  test('decisions take the time as an argument', () => {
    const clocks = files.filter(
      (file) => file.startsWith('src/core/') && /Date\.now|new Date\(\)|Math\.random|randomUUID/.test(text(file)),
    );
    expect(clocks).toEqual([]);
  });
});
