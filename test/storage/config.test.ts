import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { allowedFile } from '../../src/storage/allowed.ts';
import { defaultConfig, loadConfig } from '../../src/storage/config.ts';
import { distrust, isTrusted, trust } from '../../src/storage/trust.ts';
import { projectPaths, userConfigPath } from '../../src/util/paths.ts';

let root: string;
let env: Record<string, string>;
let file: string;

beforeEach(() => {
  root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'config-'));
  env = { HOME: join(root, 'home'), XDG_CONFIG_HOME: join(root, 'xdg'), XDG_DATA_HOME: join(root, 'data') };
  file = projectPaths(root).config;
  mkdirSync(dirname(file));
});

const project = (text: string | Buffer) => writeFileSync(file, text);
const user = (text: string) => {
  mkdirSync(dirname(userConfigPath(env)), { recursive: true });
  writeFileSync(userConfigPath(env), text);
};
const load = () => loadConfig({ root, env });

describe('bounds of workflows', () => {
  const BOUNDS = '{ "workflows": { "limits": { "agents": 900 }, "sandbox": { "turnMs": 60000 } } }';

  test('are laid one over the other, and checked', () => {
    user('{ "workflows": { "cache": { "days": 2 }, "sandbox": { "steps": 5 } } }');
    project(BOUNDS);
    trust(root, Buffer.from(BOUNDS), env);
    const { cache, limits, sandbox } = load().config.workflows;
    expect([cache, limits]).toEqual([
      { entries: 2000, days: 2 },
      { agents: 900, calls: 1000 },
    ]);
    expect([sandbox.steps, sandbox.turnMs, sandbox.memory]).toEqual([5, 60_000, 128 * 1024 * 1024]);
    user('{ "workflows": { "limits": { "agents": 0 } } }');
    expect(load().problems).toMatchObject([{ path: 'workflows.limits.agents', line: 1 }]);
  });

  test('of a repository hold only when it is trusted', () => {
    project(BOUNDS);
    expect(load()).toMatchObject({ trusted: false, config: { workflows: defaultConfig.workflows } });
  });
});

test('how many subagents there may be a repository says only when it is trusted; that there are none it may say', () => {
  const more = '{ "subagents": { "depth": 9, "count": 50 } }';
  project(more);
  expect(load()).toMatchObject({ trusted: false, config: { subagents: defaultConfig.subagents } });
  project('{ "subagents": { "enabled": false } }');
  expect(load()).toMatchObject({ trusted: true, config: { subagents: { enabled: false, depth: 2, count: 8 } } });
  project(more);
  trust(root, Buffer.from(more), env);
  expect(load().config.subagents).toEqual({ enabled: true, depth: 9, count: 50 });
});

describe('loadConfig', () => {
  test('without files gives the defaults', () => {
    const nothing = { config: defaultConfig, problems: [], trusted: true, untrusted: [], unchecked: null, files: [] };
    expect(load()).toEqual({ ...nothing, allowed: { file: allowedFile(root, env), rules: [] }, screens: {} });
  });

  test('reads comments, trailing commas, a BOM, and nothing at all', () => {
    project('\ufeff// mine\n{ "history": { "lines": 200, }, /* x */ }\n');
    expect(load()).toMatchObject({ problems: [], files: [file], config: { history: { lines: 200 } } });
    project('// only words\n');
    expect(load()).toMatchObject({ problems: [], config: defaultConfig });
  });

  test('lays the project’s file over the user’s, its profiles first', () => {
    user(
      '{"profiles":{"mine":{"runtime":"shell"},"both":{"runtime":"shell"}},"ui":{"theme":"light","bell":false},"keys":{"a":"x","b":null}}',
    );
    project(
      '{"profiles":{"own":{"runtime":"shell"},"both":{"runtime":"demo"}},"ui":{"theme":"mono"},"keys":{"a":["y","z"]},"stalledAfter":null}',
    );
    const { config, problems } = load();
    expect(problems).toEqual([]);
    expect(Object.entries(config.profiles).map(([name, { runtime }]) => `${name} ${runtime}`)).toEqual([
      'own shell',
      'both demo',
      'mine shell',
    ]);
    expect(config.ui).toEqual({ theme: 'mono', bell: false, mouse: true, clipboard: false });
    expect(config).toMatchObject({ keys: { a: ['y', 'z'], b: [] }, stalledAfter: null });
  });

  test('says where an unknown key stands and which was probably meant', () => {
    project('{\n  "history": {\n    "liens": 300\n  },\n  "zzzzzz": 1\n}\n');
    expect(load()).toMatchObject({ config: defaultConfig });
    expect(load().problems).toEqual([
      {
        ...{ file, line: 3, column: 5, path: 'history.liens' },
        ...{ message: 'unknown key "liens"', hint: 'Did you mean "lines"?' },
      },
      {
        ...{ file, line: 5, column: 3, path: 'zzzzzz' },
        ...{ message: 'unknown key "zzzzzz"', hint: expect.stringContaining('Known here: $schema, profiles') },
      },
    ]);
  });

  test('says which keys an element of a list has', () => {
    project('{"budgets": [{"per": "agent", "token": 1, "pause": true, "action": "pause"}]}');
    expect(load().problems).toMatchObject([
      { path: 'budgets.0.token', hint: 'Did you mean "tokens"?' },
      { path: 'budgets.0.pause', hint: 'Known here: usd, tokens, per, action.' },
    ]);
  });

  test('says where a wrong value, a missing key, a bad name and a double key stand', () => {
    project(
      '{\n "profiles": {\n  "p": {"args": ["x"]},\n  "2p": {"runtime": "shell"}\n },\n "ui": {"theme": "pink"}, "ui": {}\n}',
    );
    const at = load().problems.map(({ line, column, path }) => [line, column, path]);
    expect(at).toContainEqual([3, 8, 'profiles.p.runtime']);
    expect(at).toContainEqual([4, 3, 'profiles.2p']);
    expect(at).toContainEqual([6, 27, 'ui']);
    project('{\n "ui": {"theme": "pink"}\n}');
    expect(load().problems).toEqual([expect.objectContaining({ line: 2, column: 18, path: 'ui.theme' })]);
  });

  test('says what is no JSON and where', () => {
    project('{\n  "history" {}\n}');
    expect(load().problems[0]).toMatchObject({ line: 2, column: 13, message: 'this is not JSON: colon expected' });
    project('[1]');
    expect(load().problems[0]).toMatchObject({ line: 1, column: 1 });
  });

  test('takes a file that is not UTF-8, a folder, a pipe or a giant as a problem, and the other file still counts', () => {
    user('{"history":{"lines":700}}');
    project(Buffer.from([0x7b, 0xff, 0x7d]));
    expect(load()).toMatchObject({
      problems: [{ message: 'it is not UTF-8 text' }],
      config: { history: { lines: 700 } },
    });
    project(' '.repeat(1_000_001));
    expect(load().problems).toMatchObject([{ message: 'it is larger than 1 MB' }]);
    execFileSync('rm', [file]);
    mkdirSync(file);
    expect(load().problems).toMatchObject([{ file, line: null, message: 'it is a folder' }]);
    execFileSync('rmdir', [file]);
    execFileSync('mkfifo', [file]);
    expect(load().problems).toMatchObject([{ message: 'it is no regular file' }]);
  });

  test('resolves the worktrees’ folder', () => {
    user('{"worktrees":{"dir":"~/trees"}}');
    expect(load().config.worktrees.dir).toBe(join(env.HOME!, 'trees'));
    project('{"worktrees":{"dir":"inside"}}');
    expect(load().config.worktrees.dir).toBe(join(root, 'inside'));
  });
});

describe('trust', () => {
  const risky = JSON.stringify({
    profiles: {
      calm: { runtime: 'shell' },
      cmd: { runtime: 'command', command: 'x' },
      asks: { runtime: 'claude', prompt: 'p' },
      fixes: { runtime: 'claude', autofix: {} },
    },
    worktrees: { setup: ['npm ci'], copy: ['.env'], dir: '../elsewhere' },
    ui: { clipboard: true, theme: 'mono' },
  });

  test('is needed for what runs commands, writes elsewhere or opens the clipboard; the rest counts', () => {
    project(risky);
    const { config, trusted, problems } = load();
    expect({ trusted, problems }).toEqual({ trusted: false, problems: [] });
    expect(Object.keys(config.profiles)).toEqual(['calm']);
    expect(config.worktrees).toEqual({ ...defaultConfig.worktrees, copy: ['.env'] });
    expect(config.ui).toMatchObject({ clipboard: false, theme: 'mono' });
  });

  test('is given to one content of one project, and ends with any change', () => {
    project(risky);
    expect(isTrusted(root, env)).toBe(false);
    trust(root, Buffer.from(risky), env);
    expect(isTrusted(root, env)).toBe(true);
    expect(load()).toMatchObject({
      trusted: true,
      config: { worktrees: { setup: ['npm ci'] }, ui: { clipboard: true } },
    });
    const folder = join(env.XDG_DATA_HOME!, 'boocode', 'trust');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    project(`${risky} `);
    expect(load().trusted).toBe(false);
    project(risky);
    expect(load().trusted).toBe(true);
    distrust(root, env);
    expect(load().trusted).toBe(false);
  });

  test('is not needed for the user’s own config', () => {
    user(risky);
    expect(load()).toMatchObject({ trusted: true, config: { worktrees: { setup: ['npm ci'] } } });
  });
});
