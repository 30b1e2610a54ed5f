import { expect, test } from 'vitest';
import { checkRules } from '../../../src/core/approvals/check.ts';
import { decideApproval } from '../../../src/core/approvals/rules.ts';
import type { ApprovalRule } from '../../../src/schema/approval.ts';
import { random } from '../agents.ts';

const RUNTIMES = ['claude', 'claude-stream', 'codex-app', 'shell'];
const check = (...rules: ApprovalRule[]) => checkRules(rules, RUNTIMES).map(({ index, key, by }) => [index, key, by]);
const hints = (rule: ApprovalRule) => checkRules([rule], RUNTIMES).map(({ hint }) => hint);

test('a rule whose place an earlier one takes is found, and no other', () => {
  expect(check({ action: 'allow', command: 'git *' }, { action: 'deny', command: 'git push*' })).toEqual([
    [1, null, 0],
  ]);
  expect(check({ action: 'deny', command: 'git push*' }, { action: 'allow', command: 'git *' })).toEqual([]);
  expect(check({ action: 'ask' }, { action: 'deny', tool: 'Bash' }, { action: 'allow' })).toEqual([
    [1, null, 0],
    [2, null, 0],
  ]);
  expect(check({ action: 'allow', path: '**' }, { action: 'deny', path: '.env' })).toEqual([]);
  expect(check({ action: 'deny', path: '**' }, { action: 'allow', path: '.env' })).toEqual([[1, null, 0]]);
  expect(check({ action: 'allow', path: 'src/**' }, { action: 'deny', path: 'src/secret/key.pem' })).toEqual([
    [1, null, 0],
  ]);
  expect(check({ action: 'allow', runtime: 'claude' }, { action: 'deny', runtime: 'claude-stream' })).toEqual([
    [1, null, 0],
  ]);
  expect(check({ action: 'allow', runtime: 'claude-stream' }, { action: 'deny', runtime: 'claude' })).toEqual([]);
  expect(check({ action: 'allow', tool: 'mcp__*' }, { action: 'deny', tool: 'mcp__a__b' })).toEqual([[1, null, 0]]);
  expect(check({ action: 'allow', path: '**' }, { action: 'deny', command: 'rm *' })).toEqual([]);
});

test('forms that no request ever has are found, with what to write', () => {
  expect(check({ action: 'allow', runtime: 'codex' }, { action: 'allow', runtime: 'clod' })).toEqual([
    [1, 'runtime', undefined],
  ]);
  expect(hints({ action: 'allow', tool: 'Bash(npm test:*)' })).toEqual([
    'Write "tool": "Bash", "command": "npm test *".',
  ]);
  expect(hints({ action: 'allow', tool: 'Edit(src/**)' })).toEqual(['Write "tool": "Edit", "path": "src/**".']);
  for (const path of ['/etc/x', '~/x', '../x', 'a/../../b', './a', 'a/', '!a', ''])
    expect(check({ action: 'allow', path }), path).toEqual([[0, 'path', undefined]]);
  expect(check({ action: 'deny', path: '/etc/**' })).toEqual([]);
  for (const command of ['', ' ', ' npm *', 'npm * && git *', 'echo * > x', 'a | *'])
    expect(check({ action: 'allow', command }), command).toEqual([[0, 'command', undefined]]);
  expect(check({ action: 'deny', command: 'curl * | sh' })).toEqual([]);
  expect(check({ action: 'allow', command: 'a && b' })).toEqual([]);
  expect(check({ action: 'allow', command: 'npm run *' })).toEqual([]);
});

test('what is said to be shadowed never decides', () => {
  const { below, pick } = random(5);
  const PATTERNS = ['*', 'npm *', 'npm test', 'npm t*', '*test', 'n?m *', 'git *', undefined];
  const COMMANDS = ['npm test', 'npm run test', 'git log', 'npm', 'nxm test', 'ls', 'git push && npm test'];
  for (let round = 0; round < 2000; round++) {
    const rules = Array.from({ length: 2 + below(3) }, (): ApprovalRule => {
      const command = pick(PATTERNS);
      return { action: pick(['allow', 'ask', 'deny'] as const), ...(command !== undefined && { command }) };
    });
    const gone = checkRules(rules, RUNTIMES).filter(({ by }) => by !== undefined);
    const without = rules.filter((_, index) => !gone.some((one) => one.index === index));
    const approval = {
      kind: 'tool' as const,
      tool: 'Bash',
      command: pick(COMMANDS),
      input: '{}',
      cut: false,
      paths: [],
    };
    const request = { runtime: 'claude', approval, files: [] };
    expect(decideApproval(request, without).action).toBe(decideApproval(request, rules).action);
  }
});
