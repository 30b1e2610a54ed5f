import { describe, expect, test } from 'vitest';
import { agentJson } from '../../src/core/agent-json.ts';
import { isBusyKey } from '../../src/core/lifecycle.ts';
import { checkName, chooseName, findAgent } from '../../src/core/names.ts';
import { agentWith } from './agents.ts';

const ended = { state: 'completed', evidence: { source: 'exit', detail: 'exit code 0' }, since: 0 } as const;

describe('checkName', () => {
  test.each(['a', 'auth-fix', 'ünï cödé', '修正 1', 'v1.2_x', 'a'.repeat(40), 'नमस्ते', 'fix #12'])(
    'takes %j',
    (name) => {
      expect(checkName(name)).toBeNull();
    },
  );
  test.each([
    ['', 'at least one'],
    ['a'.repeat(41), '41 characters'],
    ['-x', 'start with'],
    ['.', 'start with'],
    ['.git', 'start with'],
    ['🙂', 'start with'],
    ['a/b', 'contains "/"'],
    ['a\nb', 'contains "\\n"'],
    ['a\u001b[31m', 'contains "\\u001b"'],
    ['a\u202eb', 'contains'],
    ['a:b', 'contains ":"'],
    ['a ', 'ends with a space'],
    ['a..b', 'two dots'],
    ['a.lock', '.lock'],
  ])('refuses %j and says why', (name, why) => {
    expect(checkName(name)).toContain(why);
  });
});

describe('chooseName', () => {
  const claude = { profile: null, runtime: 'claude' };
  const one = agentWith({ name: 'fix', task: 'fix', runtime: 'claude' });

  test('numbers agents that were given none', () => {
    expect(chooseName({ agents: [], ...claude })).toEqual({ name: 'claude-1', task: 'claude-1' });
    const agents = [agentWith({ name: 'Claude-1' }), agentWith({ name: 'big-1' })];
    expect(chooseName({ agents, ...claude }).name).toBe('claude-2');
    expect(chooseName({ agents, profile: 'big', runtime: 'claude' }).name).toBe('big-2');
  });

  test('gives a taken name to the next of its kind with a number, to another with what drives it', () => {
    expect(chooseName({ agents: [], wanted: 'fix', ...claude })).toEqual({ name: 'fix', task: 'fix' });
    expect(chooseName({ agents: [one], wanted: 'fix', ...claude })).toEqual({ name: 'fix-2', task: 'fix' });
    const codex = { agents: [one], wanted: 'fix', profile: null, runtime: 'codex' };
    expect(chooseName(codex)).toEqual({ name: 'fix-codex', task: 'fix' });
    const taken = [one, agentWith({ name: 'fix-codex', task: 'fix', runtime: 'codex' })];
    expect(chooseName({ ...codex, agents: taken }).name).toBe('fix-codex-2');
    expect(chooseName({ agents: [one], wanted: 'FIX', ...claude }).name).toBe('FIX-2');
  });

  test('never makes a name that is not allowed, however long', () => {
    const wanted = 'x'.repeat(40);
    const name = chooseName({ agents: [agentWith({ name: wanted, runtime: 'claude' })], wanted, ...claude }).name;
    expect(name).toBe(`${'x'.repeat(38)}-2`);
    expect(checkName(name)).toBeNull();
    expect(() => chooseName({ agents: [], wanted: 'a/b', ...claude })).toThrow('contains "/"');
  });
});

describe('isBusyKey', () => {
  const key = { task: 'fix', profile: null, runtime: 'claude' };
  test('is the living agent of the same task and driver', () => {
    const live = agentWith({ task: 'fix', runtime: 'claude' });
    expect(isBusyKey([live], key)).toBe(live);
    expect(isBusyKey([agentWith({ task: 'fix', runtime: 'codex' })], key)).toBeUndefined();
    expect(isBusyKey([agentWith({ task: 'fix', runtime: 'claude', status: ended })], key)).toBeUndefined();
    expect(isBusyKey([live], { ...key, profile: 'big' })).toBeUndefined();
  });
});

describe('findAgent', () => {
  const a = agentWith({ id: '019a1111-aaaa', name: 'auth-fix' });
  const b = agentWith({ id: '019a2222-bbbb', name: '019a1111-aaaa' });
  const c = agentWith({ id: '019a3333-cccc', name: 'docs' });

  test('by name before id, by id, by a unique beginning of it', () => {
    expect(findAgent([a, b], '019a1111-aaaa').agent).toBe(b);
    expect(findAgent([a, c], '019a1111-aaaa').agent).toBe(a);
    expect(findAgent([a, b, c], '019A33').agent).toBe(c);
  });

  test('says which are meant, or which there are', () => {
    expect(findAgent([a, c], '019a').error).toMatchObject({ code: 'usage' });
    expect(findAgent([a, c], '019a').error!.message).toContain('auth-fix (019a1111-aaaa), docs');
    expect(findAgent([a, c], '0').error).toMatchObject({ code: 'not_found' });
    expect(findAgent([a, c], 'nope').error!.message).toBe('there is no agent "nope"; known: auth-fix, docs');
    expect(findAgent([], '').error!.message).toContain('none yet');
  });
});

test('agentJson has the documented fields in the documented order', () => {
  const json = agentJson(agentWith({ startedAt: 0, exit: { code: 1, signal: null }, stopping: 'user' }));
  expect(Object.keys(json).join(' ')).toBe(
    'id name runtime profile task status cwd branch base worktree pid sessionId parentId startedAt endedAt exit ' +
      'tokens cost rateLimits changes collisions waiting unread model mode turn context queue paused trouble retryAt ' +
      'run call check',
  );
  expect(json).toMatchObject({ startedAt: '1970-01-01T00:00:00.000Z', endedAt: null });
  expect(json.status).toEqual({
    state: 'pending',
    evidence: { source: 'user', detail: 'asked for' },
    since: '1970-01-01T00:00:01.000Z',
  });
});
