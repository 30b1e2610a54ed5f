import { expect, test } from 'vitest';
import { capabilityOf } from '../../../src/core/approvals/capability.ts';

const ask = (more: object) => ({ kind: 'tool' as const, tool: 'x', command: null, diff: null, ...more });

test.each([
  [ask({ command: 'ls' }), null, 'execute'],
  // A reader that would run a command is no reader.
  [ask({ tool: 'Read', command: 'ls' }), 'read', 'execute'],
  [ask({ tool: 'Read' }), null, 'read'],
  [ask({ tool: 'anything' }), 'search', 'read'],
  [ask({ tool: 'fileChange', diff: '+x' }), null, 'edit'],
  [ask({ tool: 'WebFetch' }), null, 'fetch'],
  [ask({ tool: 'Task' }), 'agent', null],
  // Whatever its name promises.
  [ask({ tool: 'mcp__files__read' }), null, 'execute'],
  [ask({ tool: 'unheard of' }), 'other', 'execute'],
  [ask({ kind: 'question' }), null, null],
] as const)('%o of kind %s needs %s', (approval, kind, needed) => {
  expect(capabilityOf(approval, kind)).toBe(needed);
});
