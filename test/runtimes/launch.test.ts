import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scrubEnv, whyDropped } from '../../src/runtimes/env.ts';
import { beforePlan, type LaunchRequest, planLaunch, runtimes } from '../../src/runtimes/index.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Profile } from '../../src/schema/config.ts';
import { entryPath } from '../../src/util/entry.ts';

const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'launch-'));
const bin = join(root, 'bin');
mkdirSync(bin);
for (const name of ['claude', 'codex', 'gemini', 'opencode', 'qwen', 'aider', 'mytool', 'plain']) {
  writeFileSync(join(bin, name), '#!/bin/sh\n');
  if (name !== 'plain') chmodSync(join(bin, name), 0o755);
}
const listed = runtimes.flatMap(({ id, internal }) => (internal ? [] : [id]));
const timeouts = { inactivity: null, total: null, grace: 5000 };
/** Without the arguments by which it tells of itself: test/runtimes/hooks.test.ts looks at those. */
const plan = (ask: Partial<LaunchRequest> & { profiles?: Record<string, Profile> }) => {
  const planned = planLaunch({
    env: { PATH: `${bin}:/usr/bin:/bin`, SHELL: '/bin/sh' },
    name: 'fix it',
    cwd: root,
    config: { profiles: ask.profiles ?? {}, timeouts },
    ...ask,
  });
  const isOption = (word: string) => word === '--settings' || (word === '-c' && planned.runtime === 'codex');
  const argv = planned.argv.filter((word, at, all) => !isOption(word) && !(at > 0 && isOption(all[at - 1]!)));
  return { ...planned, argv };
};

test('opencode sends no prompt beside a session that it goes on with: it is typed', () => {
  const fresh = plan({ runtime: 'opencode', prompt: 'go' });
  expect([fresh.argv.slice(1), fresh.typed]).toEqual([['--prompt=go'], null]);
  const again = plan({ runtime: 'opencode', prompt: 'go', resume: 'ses_1' });
  expect([again.argv.slice(1), again.typed]).toEqual([['--session', 'ses_1'], 'go']);
});

test('Codex is asked for its version before a start, for how it tells of itself depends on that; a program of a profile is not', async () => {
  const folder = mkdtempSync(join(root, 'codex-'));
  writeFileSync(join(folder, 'codex'), `#!/bin/sh\necho asked >> ${folder}/asked; echo codex-cli 0.120.0\n`, {
    mode: 0o755,
  });
  const profiles = {
    own: { runtime: 'codex', command: join(folder, 'codex'), hooks: true },
    fixer: { runtime: 'codex', autofix: {} },
  };
  const ask = {
    ...{ env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder }, name: 'a', cwd: folder },
    config: { profiles, timeouts },
  };
  await beforePlan({ ...ask, profile: 'own' });
  await beforePlan({ ...ask, runtime: 'claude' });
  expect(existsSync(join(folder, 'asked'))).toBe(false);
  const options = () =>
    planLaunch({ ...ask, runtime: 'codex' }).argv.filter((word) => /^(notify|hooks\.state) *=/.test(word));
  expect(options()).toEqual([expect.stringMatching(/^hooks/)]);
  const autofix = () => planLaunch({ ...ask, profile: 'fixer' }).autofix;
  expect(autofix()).toBe('on');
  expect(await beforePlan({ ...ask, runtime: 'codex' })).toBe('0.120.0');
  expect(await beforePlan({ ...ask, profile: 'fixer' })).toBe('0.120.0');
  // Its turns are not told.
  expect(autofix()).toBe('screen');
  expect(options()).toEqual([expect.stringMatching(/^notify/)]);
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('asked\n');
});

describe('a plan for a structured runtime', () => {
  const agent = { id: 'a', epoch: 1 } as Agent;
  const demo = (ask: Partial<LaunchRequest> & { profiles?: Record<string, Profile> }) => plan({ agent, ...ask });

  test('is for pipes, without colours, and leaves the prompt to the driver', () => {
    const made = demo({ runtime: 'demo-chat', prompt: 'go', model: 'big', mode: 'auto' });
    const argv = [process.execPath, entryPath('demo'), '--chat', '--model', 'big', '--mode', 'auto'];
    expect(made).toMatchObject({ kind: 'pipe', argv, stdin: null, first: { text: 'go', carried: false }, typed: null });
    expect(made.env).toMatchObject({ NO_COLOR: '1', TERM: 'dumb', BOOCODE_AGENT: 'fix it' });
    expect(made.env).not.toHaveProperty('COLORTERM');
    expect(demo({ runtime: 'demo-chat' }).first).toBeNull();
  });

  test('drives what a terminal runtime or a profile names, where that is wanted headless', () => {
    expect(demo({ runtime: 'demo', headless: true })).toMatchObject({ runtime: 'demo-chat', kind: 'pipe' });
    expect(demo({ runtime: 'aider', headless: true })).toMatchObject({ runtime: 'aider', kind: 'pty' });
    const profiles = { d: { runtime: 'demo', headless: true, model: 'm', args: ['--abort', '1'] } };
    expect(demo({ profile: 'd', profiles })).toMatchObject({ runtime: 'demo-chat', profile: 'd', model: 'm' });
    expect(demo({ profile: 'd', profiles }).argv).toEqual(expect.arrayContaining(['--abort', '1', '--model', 'm']));
    // Its session opened the other way.
    expect(demo({ profile: 'd', runtime: 'demo', profiles })).toMatchObject({ runtime: 'demo', kind: 'pty' });
    expect(() => demo({ profile: 'd', runtime: 'claude', profiles })).toThrow(/is of runtime demo, not claude/);
  });

  test('allows everything where that is wanted', () => {
    const auto = { ...agent, unattended: 'auto' } as Agent;
    expect(demo({ runtime: 'demo-chat', agent: auto }).argv.slice(-2)).toEqual(['--mode', 'auto']);
  });

  test('a terminal goes on with a session, with a model and a mode', () => {
    const argv = plan({ runtime: 'claude', resume: 's1', model: 'opus', mode: 'plan', prompt: 'go' }).argv.slice(1);
    expect(argv).toEqual(['--resume', 's1', '--model', 'opus', '--permission-mode', 'plan', 'go']);
    expect(plan({ runtime: 'codex', resume: 's1' }).argv.slice(1)).toEqual(['resume', 's1']);
  });
});

describe('planLaunch', () => {
  test.each([
    ['claude', ['do it']],
    ['codex', ['do it']],
    ['gemini', ['--prompt-interactive=do it']],
    ['opencode', ['--prompt=do it']],
    ['qwen', ['--prompt-interactive=do it']],
  ])('gives %s its prompt as its own argument', (runtime, args) => {
    expect(plan({ runtime, prompt: 'do it' })).toMatchObject({ argv: [join(bin, runtime), ...args], typed: null });
    expect(plan({ runtime }).argv).toEqual([join(bin, runtime)]);
  });

  test('a prompt that begins with a dash stays a prompt', () => {
    expect(plan({ runtime: 'claude', prompt: '--help me' }).argv.slice(1)).toEqual(['--', '--help me']);
    expect(plan({ runtime: 'qwen', prompt: '-x' }).argv.slice(1)).toEqual(['--prompt-interactive=-x']);
  });

  test('what has no argument for it gets it typed', () => {
    expect(plan({ runtime: 'aider', prompt: 'do it' })).toMatchObject({ argv: [join(bin, 'aider')], typed: 'do it' });
    expect(plan({ runtime: 'shell', prompt: 'ls' })).toMatchObject({ argv: ['/bin/sh'], typed: 'ls' });
  });

  test('the demo is our own program, with its prompt', () => {
    expect(plan({ runtime: 'demo', prompt: 'fix' }).argv).toEqual([process.execPath, entryPath('demo'), '--', 'fix']);
  });

  test('a command line is taken as it is, its program made absolute', () => {
    const { runtime, argv, kind } = plan({ argv: ['mytool', '-x', 'a b'] });
    expect({ runtime, argv, kind }).toEqual({
      runtime: 'command',
      argv: [join(bin, 'mytool'), '-x', 'a b'],
      kind: 'pty',
    });
    expect(plan({ argv: ['./bin/mytool'] }).argv).toEqual([join(bin, 'mytool')]);
  });

  test('the first profile is the default, and what it says wins over the runtime', () => {
    const profiles = {
      big: {
        runtime: 'claude',
        command: 'mytool',
        args: ['--model', 'x'],
        env: { PLACE: 'here', TERM: 'vt100' },
        prompt: 'begin',
        size: { cols: 90, rows: 30 },
        timeouts: { total: 60_000, inactivity: undefined },
        worktree: false,
      },
      small: { runtime: 'shell' },
    };
    expect(plan({ profiles })).toMatchObject({
      runtime: 'claude',
      profile: 'big',
      argv: [join(bin, 'mytool'), '--model', 'x', 'begin'],
      env: { PLACE: 'here', TERM: 'vt100', BOOCODE_AGENT: 'fix it' },
      size: { cols: 90, rows: 30 },
      prompt: 'begin',
      timeouts: { inactivity: null, total: 60_000, grace: 5000 },
      worktree: false,
    });
    expect(plan({ profiles, prompt: 'other' }).argv.at(-1)).toBe('other');
    expect(plan({ profiles, profile: 'small' })).toMatchObject({ runtime: 'shell', profile: 'small', worktree: null });
    expect(plan({ profiles, runtime: 'codex' })).toMatchObject({ runtime: 'codex', profile: null });
    expect(plan({ profiles, argv: ['mytool'] })).toMatchObject({ runtime: 'command', profile: null });
    expect(plan({})).toMatchObject({ runtime: 'shell', argv: ['/bin/sh'] });
  });

  test.each([
    [{ runtime: 'clod' }, 'usage', `there is no runtime "clod"; known: ${listed.join(', ')}`],
    [{ profile: 'x', profiles: { a: { runtime: 'shell' } } }, 'usage', 'there is no profile "x"; known: a'],
    [{ profile: '__proto__' }, 'usage', 'there is no profile "__proto__"; known: none'],
    [
      { profile: 'a', runtime: 'demo', profiles: { a: { runtime: 'shell' } } },
      'usage',
      'profile a is of runtime shell',
    ],
    [{ profile: 'a', profiles: { a: { runtime: 'nope' } } }, 'usage', 'there is no runtime "nope"'],
    [{ runtime: 'command' }, 'usage', 'needs a command line'],
    [
      { runtime: 'claude', env: { PATH: '/usr/bin' } },
      'not_found',
      'Claude Code cannot be started: there is no program claude on the PATH',
    ],
    [{ argv: ['nope'] }, 'not_found', 'there is no program nope on the PATH'],
    [{ argv: ['./bin/plain'] }, 'not_found', 'is not a program that can be run'],
    [{ argv: ['./bin'] }, 'not_found', 'is not a program that can be run'],
  ])('%j is refused: %s', (ask, code, message) => {
    let thrown: unknown;
    try {
      plan(ask);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(message) });
    expect((thrown as { hint: string }).hint).toBeTruthy();
  });

  test('says how to install what is missing', () => {
    expect(() => plan({ runtime: 'codex', env: { PATH: '' } })).toThrow(
      expect.objectContaining({ hint: 'Install it with: npm i -g @openai/codex' }),
    );
  });
});

describe('scrubEnv', () => {
  const GONE = [
    'CLAUDECODE',
    'CLAUDE_CODE_ENTRYPOINT',
    'CLAUDE_CODE_SSE_PORT',
    'CLAUDE_CODE_SESSION_ID',
    'CLAUDE_PROJECT_DIR',
    'CODEX_SANDBOX',
    'CODEX_SANDBOX_NETWORK_DISABLED',
    'CODEX_THREAD_ID',
    'GEMINI_CLI',
    'OPENCODE',
    'QWEN_CODE',
    'CURSOR_AGENT',
    'BOOCODE_AGENT',
    'TMUX',
    'TMUX_PANE',
    'STY',
    'ZELLIJ',
    'ZELLIJ_SESSION_NAME',
    'INIT_CWD',
    'npm_lifecycle_event',
    'npm_config_user_agent',
    'TERM_PROGRAM',
    'TERM_PROGRAM_VERSION',
    'VTE_VERSION',
    'KITTY_WINDOW_ID',
    'WEZTERM_PANE',
    'ITERM_SESSION_ID',
    'COLUMNS',
    'LINES',
    'GIT_DIR',
    'GIT_INDEX_FILE',
  ];
  const KEPT = [
    'PATH',
    'HOME',
    'SHELL',
    'LANG',
    'EDITOR',
    'SSH_AUTH_SOCK',
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_BASE_URL',
    'OPENAI_API_KEY',
    'CLAUDE_CONFIG_DIR',
    'CLAUDE_CODE_USE_BEDROCK',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC',
    'CODEX_HOME',
    'GEMINI_API_KEY',
    'OPENCODE_CONFIG',
    'OPENCODE_SERVER_PASSWORD',
    'AIDER_MODEL',
    'GIT_AUTHOR_NAME',
    'NO_COLOR',
    'TERMINFO_DIRS',
    'NODE_OPTIONS',
    'COLUMNS_MAX',
  ];

  test('drops what would make an agent think it runs inside another, and keeps the settings and keys of the user', () => {
    const env = Object.fromEntries([...GONE, ...KEPT].map((name) => [name, 'x']));
    const out = scrubEnv(env);
    expect(GONE.filter((name) => name in out)).toEqual([]);
    expect(KEPT.filter((name) => !(name in out))).toEqual([]);
    for (const name of GONE) expect(whyDropped(name)).toMatch(/\w+ /);
  });

  test('says what our terminal is; without one, colours are off', () => {
    const outer = { TERM: 'screen', COLORTERM: '24bit', FORCE_COLOR: '3', CLAUDECODE: '1', EMPTY: '', GONE: undefined };
    expect(scrubEnv(outer, { BOOCODE_AGENT: 'a', X: undefined })).toEqual({
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      FORCE_COLOR: '3',
      EMPTY: '',
      BOOCODE: '1',
      BOOCODE_AGENT: 'a',
    });
    expect(scrubEnv(outer, {}, { headless: true })).toEqual({ TERM: 'dumb', NO_COLOR: '1', EMPTY: '', BOOCODE: '1' });
  });
});

describe('our own tools', () => {
  const agent = { id: 'a1', epoch: 1 } as Agent;
  const server = { command: process.execPath, args: [entryPath('main'), 'mcp', '--project', '/p', '--agent', 'a1'] };
  const given = (runtime: string, ask: Partial<LaunchRequest> & { profiles?: Record<string, Profile> } = {}) =>
    planLaunch({
      env: { PATH: `${bin}:/usr/bin:/bin` },
      ...{ runtime, agent, tools: true, root: '/p', name: 'x', cwd: root },
      config: { profiles: ask.profiles ?? {}, timeouts },
      ...ask,
    });
  const json = JSON.stringify({ mcpServers: { boocode: server } });

  test.each(['claude', 'claude-stream', 'claude-exec', 'qwen', 'qwen-exec'])(
    'are given to %s by one word',
    (runtime) => {
      expect(given(runtime).argv).toContain(`--mcp-config=${json}`);
    },
  );

  test('are a value of its config for Codex, before its command', () => {
    for (const runtime of ['codex', 'codex-app', 'codex-exec']) {
      const { argv } = given(runtime);
      const at = argv.findIndex((word) => word.startsWith('mcp_servers.boocode={command="'));
      expect(argv[at - 1]).toBe('-c');
      expect(argv[at]).toContain('args=["');
    }
    expect(given('codex-app').argv.at(-1)).toBe('app-server');
  });

  test('are laid over what the environment says for opencode; what cannot be read stays as it is', () => {
    const own = JSON.stringify({ model: 'm', mcp: { mine: { type: 'remote' } } });
    const { env } = given('opencode', { env: { PATH: `${bin}:/bin`, OPENCODE_CONFIG_CONTENT: own } });
    expect(JSON.parse(env.OPENCODE_CONFIG_CONTENT!)).toEqual({
      model: 'm',
      mcp: {
        mine: { type: 'remote' },
        boocode: { type: 'local', command: [server.command, ...server.args], enabled: true },
      },
    });
    const broken = given('opencode-exec', { env: { PATH: `${bin}:/bin`, OPENCODE_CONFIG_CONTENT: '{ // mine' } });
    expect(broken.env.OPENCODE_CONFIG_CONTENT).toBe('{ // mine');
  });

  test('are told to the bridge of what speaks ACP', () => {
    expect(given('qwen-acp').argv).toContain(`--tools=${JSON.stringify(server)}`);
  });

  test('are given to nobody where they are switched off, and to a program of a profile only when it is said', () => {
    const word = (plan: ReturnType<typeof planLaunch>) => plan.argv.some((one) => one.startsWith('--mcp-config='));
    expect(word(given('claude'))).toBe(true);
    expect(word(given('claude', { tools: false }))).toBe(false);
    for (const runtime of ['gemini', 'shell', 'aider']) expect(word(given(runtime))).toBe(false);
    const off = { p: { runtime: 'claude', tools: false } };
    expect(word(given('claude', { profile: 'p', profiles: off }))).toBe(false);
    const other = { p: { runtime: 'claude', command: join(bin, 'mytool') } };
    expect(word(given('claude', { profile: 'p', profiles: other }))).toBe(false);
    const asked = { p: { ...other.p, tools: true } };
    expect(word(given('claude', { profile: 'p', profiles: asked }))).toBe(true);
  });
});
