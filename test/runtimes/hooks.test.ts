import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { beforeEach, describe, expect, test } from 'vitest';
import { withClaudeHooks } from '../../src/runtimes/hooks/claude.ts';
import { hashOf, withCodexHooks } from '../../src/runtimes/hooks/codex.ts';
import { decisionOf } from '../../src/runtimes/hooks/decision.ts';
import { HookDecoder } from '../../src/runtimes/hooks/decoder.ts';
import { qwenHooks } from '../../src/runtimes/hooks/qwen.ts';
import { planLaunch } from '../../src/runtimes/index.ts';
import type { HookSource } from '../../src/schema/hook.ts';
import { agentWith } from '../core/agents.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'h-'));
});

const settingsOf = (args: string[]) => JSON.parse(args[args.indexOf('--settings') + 1]!);
const claude = (args: string[] = [], version: string | null = null) =>
  withClaudeHooks({ args, env: { HOME: cwd }, cwd, version });

describe('hooks are injected for one process', () => {
  test('of Claude Code by settings, beside what the person has in theirs', () => {
    const { hooks, statusLine } = settingsOf(claude());
    expect(Object.keys(hooks)).toContain('PermissionRequest');
    expect(hooks.PermissionRequest[0].hooks[0]).toMatchObject({
      timeout: 600,
      command: expect.stringMatching(/hook\.js claude$/),
    });
    expect(statusLine.command).toMatch(/hook\.js claude-status$/);
    const own = { model: 'opus', hooks: { Stop: [{ hooks: [{ type: 'command', command: 'mine' }] }] } };
    for (const given of [JSON.stringify(own), 'own.json']) {
      writeFileSync(join(cwd, 'own.json'), JSON.stringify(own));
      const args = claude(['--verbose', '--settings', given, '--permission-mode', 'plan']);
      expect(args.filter((arg) => arg === '--settings')).toHaveLength(1);
      expect(args).toEqual(expect.arrayContaining(['--verbose', '--permission-mode', 'plan']));
      const settings = settingsOf(args);
      expect(settings.model).toBe('opus');
      expect(settings.hooks.Stop.map((one: { hooks: { command: string }[] }) => one.hooks[0]!.command)).toEqual([
        'mine',
        expect.stringContaining('hook.js'),
      ]);
    }
    expect(claude(['--settings', 'missing.json'])).toEqual(['--settings', 'missing.json']);
    expect(claude(['-x'], '2.0.1')).toEqual(['-x']);
  });

  test('a status line of the person goes on to be shown, one of the project is left alone', () => {
    mkdirSync(join(cwd, '.claude'));
    const write = (name: string, command: string) =>
      writeFileSync(
        join(cwd, '.claude', name),
        JSON.stringify({ statusLine: { type: 'command', command, padding: 2 } }),
      );
    // Its home is the project here: the person's own and the project's settings are told apart by their names alone.
    write('settings.local.json', 'theirs');
    expect(settingsOf(claude()).statusLine).toBeUndefined();
    const home = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'home-'));
    mkdirSync(join(home, '.claude'));
    writeFileSync(
      join(home, '.claude', 'settings.json'),
      JSON.stringify({ statusLine: { command: "echo 'hi'", padding: 2 } }),
    );
    const elsewhere = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'c-'));
    const { statusLine } = settingsOf(
      withClaudeHooks({ args: [], env: { HOME: home }, cwd: elsewhere, version: null }),
    );
    expect(statusLine).toMatchObject({
      padding: 2,
      command: expect.stringContaining(`claude-status 'echo '\\''hi'\\'''`),
    });
  });

  test('of Codex by options, with the hash by which it trusts each of them and nothing else', () => {
    // As Codex 0.169 names this hook itself (hooks/list).
    expect(hashOf('pre_tool_use', 'echo hi', 60)).toBe(
      'sha256:653e2d119b427a6498284345b265624fbf5733deb5e4283d332e54e7e4d306af',
    );
    const args = withCodexHooks({ args: ['-s', 'read-only'], env: {}, cwd, version: '0.169.0' });
    expect(args.slice(-2)).toEqual(['-s', 'read-only']);
    expect(args).not.toContain('--dangerously-bypass-hook-trust');
    const state = args.find((arg) => arg.startsWith('hooks.state='))!;
    expect(state.match(/trusted_hash/g)).toHaveLength(args.filter((arg) => /^hooks\.[A-Z]/.test(arg)).length);
    expect(withCodexHooks({ args: ['-c', 'hooks.Stop=[]'], env: {}, cwd, version: null })).toEqual([
      '-c',
      'hooks.Stop=[]',
    ]);
    for (const version of ['0.133.0', '0.150.0'])
      expect(withCodexHooks({ args: ['-s', 'read-only'], env: {}, cwd, version })).toEqual(args);
  });

  describe('of a Codex before 0.133 by its notify program alone', () => {
    const codex = (args: string[] = [], version = '0.120.0') =>
      withCodexHooks({ args, env: { HOME: cwd }, cwd: join(cwd, 'project', 'folder'), version });
    const config = (folder: string, text: string) => {
      mkdirSync(join(folder, '.codex'), { recursive: true });
      writeFileSync(join(folder, '.codex', 'config.toml'), text);
    };
    const ours = [process.execPath, expect.stringMatching(/hook\.js$/), 'codex-notify'];
    beforeEach(() => mkdirSync(join(cwd, 'project', 'folder'), { recursive: true }));

    test('without a shell, before what the person says', () => {
      const [option, value, ...rest] = codex(['-s', 'read-only'], '0.132.0');
      expect([option, rest]).toEqual(['-c', ['-s', 'read-only']]);
      expect(parse(value!)).toEqual({ notify: [...ours] });
    });

    test("takes the person's own along, word by word, from where their Codex has it", () => {
      const own = ['/opt/my program', '--say', `a "b" 'c' \\ $HOME é`, '-'];
      config(cwd, `# mine\n${stringify({ model: 'm', notify: own, tui: { notifications: true } })}`);
      expect(parse(codex()[1]!)).toEqual({ notify: [...ours, ...own] });
      // Below its home is below its settings too.
      expect(parse(withCodexHooks({ args: [], env: { HOME: cwd }, cwd, version: '0.98.0' })[1]!).notify).toContain(
        '--say',
      );
      const elsewhere = { HOME: '/nowhere', CODEX_HOME: join(cwd, '.codex') };
      const [, value] = withCodexHooks({ args: [], env: elsewhere, cwd: '/', version: '0.98.0' });
      expect(parse(value!)).toEqual({ notify: [...ours, ...own] });
      config(cwd, 'model = "m"\n[profiles.p]\nnotify = ["of no use"]\n');
      expect(parse(codex()[1]!)).toEqual({ notify: [...ours] });
      for (const text of [
        'notify = "one"',
        'notify = ["one", 2]',
        'notify = ["one"',
        'notify = ["one"]\nnotify = []',
      ]) {
        config(cwd, text);
        expect(codex(['-s', 'read-only'])).toEqual(['-s', 'read-only']);
      }
    });

    test('is left out where somebody has another one, or that cannot be told', () => {
      for (const args of [
        ['-c', 'notify=["mine"]'],
        ['--config', 'notify = ["mine"]'],
        ['--config=notify=[]'],
        ['-cnotify=[]'],
        ['--profile-v2', 'p'],
      ])
        expect(codex(args)).toEqual(args);
      config(join(cwd, 'project'), 'model = "m"\nnotify = ["theirs"]\n');
      expect(codex()).toEqual([]);
      config(join(cwd, 'project'), '# a project says nothing of it\n');
      expect(codex()).toHaveLength(2);
      rmSync(join(cwd, 'project/.codex/config.toml'));
      mkdirSync(join(cwd, 'project/.codex/config.toml'));
      expect(codex()).toEqual([]);
    });
  });

  test('unless the profile does not want them', () => {
    const plan = (hooks: boolean | undefined) =>
      planLaunch({
        profile: 'c',
        env: {},
        name: 'a',
        cwd,
        config: {
          profiles: { c: { runtime: 'claude', command: process.execPath, ...(hooks !== undefined && { hooks }) } },
          timeouts: { inactivity: null, total: null, grace: 1 },
        },
      }).argv;
    expect(plan(true)).toContain('--settings');
    expect(plan(false)).toEqual([process.execPath]);
    // A program of its own may run elsewhere.
    expect(plan(undefined)).toEqual([process.execPath]);
  });
});

describe('hooks of Qwen Code', () => {
  const given = (env: Record<string, string> = {}, version: string | null = null) =>
    qwenHooks({ args: [], env, cwd, version });

  test('come with settings below all others, which name our program', () => {
    const { QWEN_CODE_SYSTEM_DEFAULTS_PATH: path, BOOCODE_NODE, BOOCODE_HOOK } = given();
    const { hooks } = JSON.parse(readFileSync(path!, 'utf8'));
    expect(Object.keys(hooks)).toEqual(expect.arrayContaining(['UserPromptSubmit', 'Stop', 'Notification']));
    // It would hold back the dialog of its screen, which is answered there.
    expect(hooks).not.toHaveProperty('PermissionRequest');
    const { command } = hooks.Stop[0].hooks[0];
    const script = join(cwd, 'told.cjs');
    writeFileSync(script, `process.stdout.write(process.argv[2])`);
    const run = (env: Record<string, string>) => execFileSync('sh', ['-c', command], { env, encoding: 'utf8' });
    expect(run({ BOOCODE_NODE: BOOCODE_NODE!, BOOCODE_HOOK: script })).toBe('qwen');
    expect(BOOCODE_HOOK).toMatch(/hook\.js$/);
    // One that an agent starts in its shell is not the agent.
    expect(run({ BOOCODE_NODE: BOOCODE_NODE!, BOOCODE_HOOK: script, QWEN_CODE: '1' })).toBe('');
    expect(given({ QWEN_CODE_SYSTEM_DEFAULTS_PATH: path! })).toMatchObject({ BOOCODE_HOOK });
  });

  test('are left out beside settings of that kind, in old versions, and where its profile says so', () => {
    expect(given({ QWEN_CODE_SYSTEM_DEFAULTS_PATH: '/etc/own.json' })).toEqual({});
    expect(given({}, '0.23.9')).toEqual({});
    const profiles = { q: { runtime: 'qwen', command: process.execPath, hooks: true } };
    const timeouts = { inactivity: null, total: null, grace: 5000 };
    const envOf = (hooks: boolean) =>
      planLaunch({
        ...{ profile: 'q', name: 'q', cwd, env: {} },
        config: { profiles: { q: { ...profiles.q, hooks } }, timeouts },
      }).env;
    expect(envOf(true)).toHaveProperty('BOOCODE_HOOK');
    expect(envOf(false)).not.toHaveProperty('BOOCODE_HOOK');
  });
});

test('Qwen Code over ACP makes no guess at the next prompt, unless somebody has such settings or a program of their own', () => {
  writeFileSync(join(cwd, 'qwen'), '#!/bin/sh\n', { mode: 0o755 });
  const pathOf = (env: Record<string, string>, command?: string) =>
    planLaunch({
      ...{ profile: 'q', name: 'q', cwd, agent: agentWith({}), env: { PATH: cwd, ...env } },
      config: {
        profiles: { q: { runtime: 'qwen-acp', ...(command !== undefined && { command }) } },
        timeouts: { inactivity: null, total: null, grace: 5000 },
      },
    }).env.QWEN_CODE_SYSTEM_DEFAULTS_PATH;
  const ours = pathOf({});
  expect(JSON.parse(readFileSync(ours!, 'utf8'))).toEqual({ ui: { enableFollowupSuggestions: false } });
  expect(pathOf({ QWEN_CODE_SYSTEM_DEFAULTS_PATH: '/etc/own.json' })).toBe('/etc/own.json');
  expect(pathOf({}, process.execPath)).toBeUndefined();
  // Within another agent of ours: each has what is for it.
  const hooks = qwenHooks({ args: [], env: { QWEN_CODE_SYSTEM_DEFAULTS_PATH: ours! }, cwd, version: null });
  expect(hooks.QWEN_CODE_SYSTEM_DEFAULTS_PATH).not.toBe(ours);
  expect(pathOf(hooks)).toBe(ours);
});

describe("what Codex's notify program is told", () => {
  const told = {
    ...{ type: 'agent-turn-complete', 'thread-id': 't-1', 'turn-id': '2', client: 'codex-tui' },
    ...{ 'input-messages': ['go'], 'last-assistant-message': 'Done.' },
  };
  const reports = (more: object) => {
    const decoder = new HookDecoder(agentWith({ cwd: '/p' }), []);
    const payload = JSON.stringify({ ...told, ...more });
    return decoder.decode({ id: 'h', child: 'x.1', source: 'codex-notify', at: 1, payload }, null);
  };
  const said = { type: 'said', item: 'h', who: 'agent', text: 'Done.' };

  test('is a session and what was said, and neither a turn nor its end: the next may run already', () => {
    for (const source of ['cli', 'exec', 'vscode'])
      expect(reports({ 'thread-source': source })).toEqual([{ type: 'session', sessionId: 't-1' }, said]);
    expect(reports({ 'thread-source': 'cli', 'last-assistant-message': null })).toEqual([
      { type: 'session', sessionId: 't-1' },
    ]);
  });

  test('is no session where its thread is a review, or nothing says what it is; a subagent does not speak for it', () => {
    for (const source of [undefined, 'unknown', null, 7, { subagent: 'review' }])
      expect(reports({ 'thread-source': source })).toEqual([said]);
    expect(reports({ 'thread-source': { subagent: { thread_spawn: { parent_thread_id: 't-0' } } } })).toEqual([]);
    expect(reports({ type: 'something-new', 'thread-source': 'cli' })).toMatchObject([{ type: 'raw', why: 'unknown' }]);
  });
});

describe('what hooks tell', () => {
  const fresh = () => new HookDecoder(agentWith({ cwd: '/p' }), []);
  let number = 0;
  const tell = (decoder: HookDecoder, hook_event_name: string, more: object = {}, source: HookSource = 'claude') =>
    decoder.decode(
      {
        id: `h${++number}`,
        child: 'x.1',
        source,
        at: number,
        payload: JSON.stringify({ session_id: 's', hook_event_name, ...more }),
      },
      7,
    );
  const write = { tool_name: 'Write', tool_input: { file_path: '/p/a.txt', content: 'new\n' }, tool_use_id: 't1' };

  test('is a session, a turn, its tools with diffs, what was said, and its end', () => {
    const decoder = fresh();
    expect(tell(decoder, 'SessionStart', { model: 'opus' })).toMatchObject([
      { type: 'session', sessionId: 's' },
      { type: 'configured', model: 'opus' },
    ]);
    expect(tell(decoder, 'UserPromptSubmit', { prompt: 'go' })).toMatchObject([
      { type: 'session' },
      { type: 'turnStarted', turn: 1, prompt: 'go', line: 7 },
    ]);
    expect(tell(decoder, 'PreToolUse', write)[1]).toMatchObject({
      type: 'toolStarted',
      call: 't1',
      kind: 'edit',
      title: 'Write a.txt',
    });
    const done = {
      ...write,
      tool_response: { type: 'create', filePath: '/p/a.txt', content: 'new\n' },
      duration_ms: 5,
    };
    expect(tell(decoder, 'PostToolUse', done).slice(1)).toMatchObject([
      { type: 'toolFinished', call: 't1', outcome: 'done', durationMs: 5, diff: expect.stringContaining('+new') },
    ]);
    expect(tell(decoder, 'Stop', { last_assistant_message: 'Done.' }).slice(1)).toMatchObject([
      { type: 'said', who: 'agent', text: 'Done.' },
      { type: 'turnEnded', turn: 1, outcome: 'completed' },
    ]);
    expect(tell(decoder, 'SessionEnd').slice(1)).toEqual([]);
  });

  test('a request with its diff, which is answered elsewhere when its tool has run', () => {
    const decoder = fresh();
    tell(decoder, 'UserPromptSubmit', { prompt: 'go' });
    tell(decoder, 'PreToolUse', write);
    const { tool_use_id: _, ...bare } = write;
    const [, asked] = tell(decoder, 'PermissionRequest', bare);
    expect(asked).toMatchObject({
      type: 'asked',
      approval: {
        call: 't1',
        tool: 'Write',
        verdicts: ['once', 'deny'],
        diff: expect.stringContaining('+new'),
        via: { type: 'hook' },
      },
    });
    expect(tell(decoder, 'PostToolUse', { ...write, tool_response: 'ok' }).slice(1)).toMatchObject([
      { type: 'answered', by: { who: 'elsewhere' } },
      { type: 'toolFinished', output: 'ok' },
    ]);
  });

  test('of Qwen Code: prompts of the person alone, what it wrote, how full it is, and its rest after Esc', () => {
    const decoder = fresh();
    const qwen = (event: string, more: object = {}) => tell(decoder, event, more, 'qwen').slice(1);
    expect(qwen('UserPromptSubmit', { prompt: 'go', submitted_prompt: 'go' })).toMatchObject([
      { type: 'turnStarted', turn: 1, prompt: 'go' },
    ]);
    expect(qwen('UserPromptSubmit', { prompt: '' })).toEqual([]);
    const returnDisplay = { filePath: '/p/a.txt', originalContent: '', newContent: 'new\n' };
    const call = {
      tool_name: 'write_file',
      tool_input: { file_path: '/p/a.txt', content: 'new\n' },
      tool_use_id: 'q1',
    };
    expect(qwen('PostToolUse', { ...call, tool_response: { llmContent: 'Wrote it.', returnDisplay } })).toMatchObject([
      { type: 'toolStarted', kind: 'edit' },
      { type: 'toolFinished', output: 'Wrote it.', diff: expect.stringContaining('+new') },
    ]);
    const shell = { tool_name: 'run_shell_command', tool_input: { command: 'ls' }, tool_use_id: 'q2' };
    expect(
      qwen('PostToolUse', { ...shell, tool_response: { llmContent: 'Output: a', returnDisplay: 'a' } }),
    ).toMatchObject([
      { type: 'toolStarted', kind: 'execute' },
      { type: 'toolFinished', output: 'a', diff: null },
    ]);
    const end = { last_assistant_message: 'Done.', input_tokens: 631, context_limit: 200_000 };
    expect(qwen('Stop', end)).toMatchObject([
      { type: 'said', text: 'Done.' },
      { type: 'turnEnded', outcome: 'completed' },
      { type: 'context', used: 631, size: 200_000 },
    ]);
    const rests = { notification_type: 'idle_prompt', timestamp: new Date(number + 5).toISOString() };
    expect(qwen('Notification', rests)).toEqual([]);
    qwen('UserPromptSubmit', { prompt: 'more', submitted_prompt: 'more' });
    expect(qwen('Notification', { notification_type: 'permission_prompt' })).toEqual([]);
    // Told late: it rested before.
    expect(qwen('Notification', { ...rests, timestamp: new Date(0).toISOString() })).toEqual([]);
    expect(qwen('Notification', { ...rests, timestamp: new Date(number + 5).toISOString() })).toMatchObject([
      { type: 'turnEnded', turn: 2, outcome: 'interrupted' },
    ]);
  });

  test('a turn that ended without a word is over with the next prompt, or with its session', () => {
    const decoder = fresh();
    tell(decoder, 'UserPromptSubmit', { prompt: 'one' });
    tell(decoder, 'PreToolUse', write);
    expect(tell(decoder, 'UserPromptSubmit', { prompt: 'two' }).slice(1)).toMatchObject([
      { type: 'toolFinished', outcome: 'cancelled' },
      { type: 'turnEnded', turn: 1, outcome: 'interrupted' },
      { type: 'turnStarted', turn: 2 },
    ]);
    expect(tell(decoder, 'SessionEnd').slice(1)).toMatchObject([
      { type: 'turnEnded', turn: 2, outcome: 'interrupted' },
    ]);
  });

  test('files of a patch of Codex, and no command', () => {
    const command =
      '*** Begin Patch\n*** Update File: a.txt\n*** Move to: b.txt\n@@\n one\n-two\n+TWO\n*** Add File: c.txt\n+x\n*** End Patch\n';
    const decoder = fresh();
    tell(decoder, 'UserPromptSubmit', { prompt: 'go' }, 'codex');
    const [, asked] = tell(
      decoder,
      'PermissionRequest',
      { tool_name: 'apply_patch', tool_input: { command } },
      'codex',
    );
    expect(asked).toMatchObject({
      approval: {
        ...{ command: null, paths: ['a.txt', 'b.txt', 'c.txt'], title: 'update a.txt, add c.txt' },
        diff: '--- a/a.txt\n+++ b/b.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n--- /dev/null\n+++ b/c.txt\n@@ -0,0 +1,1 @@\n+x\n',
      },
    });
  });

  test('what a status line says is counted as it grows, each state once', () => {
    const decoder = fresh();
    const status = (usd: number, ms: number, output: number) =>
      decoder.decode(
        {
          ...{ id: `s${++number}`, child: 'x.1', source: 'claude-status', at: number },
          payload: JSON.stringify({
            model: { id: 'opus' },
            cost: { total_cost_usd: usd, total_api_duration_ms: ms },
            context_window: { context_window_size: 1000, current_usage: { input_tokens: 5, output_tokens: output } },
          }),
        },
        null,
      );
    expect(status(0.5, 90, 1).map(({ type }) => type)).toEqual(['configured', 'context']);
    tell(decoder, 'UserPromptSubmit', { prompt: 'go' });
    expect(status(0.5, 90, 1)).toEqual([]);
    expect(status(0.75, 120, 3)).toMatchObject([
      { type: 'used', usd: 0.25, tokens: { input: 5, output: 3 } },
      { type: 'context', used: 8 },
    ]);
    expect(status(0.75, 120, 3)).toEqual([]);
  });

  test('anything else is kept', () => {
    const decoder = fresh();
    expect(decoder.decode({ id: 'x', child: 'x.1', source: 'claude', at: 1, payload: 'no JSON' }, null)).toMatchObject([
      { type: 'raw', why: 'text' },
    ]);
    expect(tell(decoder, 'BrandNew')[1]).toMatchObject({ type: 'raw', why: 'unknown' });
    for (const payload of [
      '{}',
      '{"hook_event_name":"PostToolUse"}',
      '{"hook_event_name":"PermissionRequest","tool_input":[]}',
      '[]',
    ]) {
      expect(() => decoder.decode({ id: payload, child: 'x.1', source: 'codex', at: 1, payload }, null)).not.toThrow();
    }
  });
});

test('a decision is printed as hooks print it; questions go back with their answers', () => {
  const decision = (payload: object, answer: Parameters<typeof decisionOf>[1]) =>
    JSON.parse(decisionOf(JSON.stringify(payload), answer)).hookSpecificOutput.decision;
  expect(decision({}, { verdict: 'once' })).toEqual({ behavior: 'allow' });
  expect(decision({}, { verdict: 'deny', reason: 'no' })).toEqual({ behavior: 'deny', message: 'no' });
  const tool_input = { questions: [{ question: 'Which?' }] };
  expect(decision({ tool_input }, { verdict: 'once', answers: [['a', 'b']] })).toEqual({
    behavior: 'allow',
    updatedInput: { ...tool_input, answers: { 'Which?': 'a, b' } },
  });
});
