import { expect, test } from 'vitest';
import { editedSince } from '../../../src/core/autofix/edited.ts';
import type { AgentEvent } from '../../../src/schema/event.ts';

const common = { at: 1, epoch: 1 };
const started = (call: string, kind: 'edit' | 'execute' | 'read', path?: string): AgentEvent => ({
  ...common,
  ...{ type: 'toolStarted', call, turn: 1, tool: 'T', kind, title: '', input: '' },
  locations: path === undefined ? [] : [{ path, line: null }],
});
const finished = (
  call: string,
  outcome: 'done' | 'failed' | 'denied' = 'done',
  diff: string | null = null,
): AgentEvent => ({
  ...common,
  ...{ type: 'toolFinished', call, outcome, output: '', error: null, diff, durationMs: null },
});
const ended = (outcome: 'passed' | 'none' | 'overtaken', tree: string | null): AgentEvent => ({
  ...common,
  ...{ type: 'checkEnded', turn: 1, round: 0, rounds: 3, outcome, code: null, output: '', durationMs: 0, tree },
});
const since = (...oldestFirst: AgentEvent[]) => editedSince(oldestFirst.reverse(), '/p');

test('an edit counts when it was done, in the project, since the last check that says something', () => {
  const nothing = { reported: false, acted: false, tree: null };
  const edited = { reported: true, acted: true, tree: null };
  expect(since()).toEqual(nothing);
  expect(since(started('a', 'edit', '/p/x.ts'), finished('a'))).toEqual(edited);
  expect(since(started('a', 'edit', 'src/x.ts'), finished('a'))).toEqual(edited);
  expect(since(started('a', 'edit'), finished('a'))).toEqual(edited);
  expect(since(started('a', 'execute'), finished('a', 'done', '--- a'))).toEqual(edited);
  expect(since(started('a', 'edit', '/p/x.ts'))).toEqual(nothing);
  expect(since(started('a', 'edit', '/p/x.ts'), finished('a', 'denied'))).toEqual(nothing);
  for (const other of ['/home/me/.claude/plans/x.md', '/p2/x.ts', '/'])
    expect(since(started('a', 'edit', other), finished('a'))).toMatchObject({ reported: false, acted: true });
  expect(since(started('a', 'execute'), finished('a', 'failed'))).toEqual({ ...nothing, acted: true });
  const edit = [started('a', 'edit', '/p/x.ts'), finished('a')];
  expect(since(...edit, ended('passed', 'hash'))).toEqual({ ...nothing, tree: 'hash' });
  expect(since(...edit, ended('overtaken', null))).toEqual(edited);
  expect(since(ended('none', 'hash'), ...edit)).toEqual({ ...edited, tree: 'hash' });
});

test('a call of another life with the same name is another one', () => {
  expect(since({ ...started('a', 'edit'), epoch: 1 }, { ...finished('a'), epoch: 2 })).toMatchObject({
    reported: false,
  });
});
