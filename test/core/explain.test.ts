import { expect, test } from 'vitest';
import { explain } from '../../src/core/explain.ts';
import { type Observation, observe, observeStart } from '../../src/core/observe.ts';
import { moments, recordings } from '../support/recorded.ts';

const codex = recordings().find((one) => one.agent === 'codex' && one.cols === 80)!;
const approval = moments(codex).find((one) => one.waitingFor === 'approval' && one.stood > 1500)!.screen;

function watching(runtime: string, title: string): Observation {
  const start = { runtime, argv: [runtime], startedAt: 0, stalledAfter: null };
  const { memory } = observe(observeStart({ ...start, title }), { type: 'tick' }, 0);
  const cursor = { ...approval.cursor, visible: true, shape: 'block' as const, blink: false };
  const pulse = { child: 'c', outputAt: 900, bytes: 1, lines: approval.lines, cursor, settled: true, foreground: null };
  return observe(memory, { type: 'pulse', pulse }, 1000).memory;
}

test('every rule says what it saw, and exactly one decides', () => {
  const memory = watching('codex', approval.title);
  const { rules, book } = explain(memory, 1000);
  expect(rules.filter((one) => one.decides)).toEqual([
    {
      rule: 'screen',
      source: 'prompt',
      says: 'waiting',
      saw: 'it asks to allow: command: touch made-by-shell.txt; sleep 3; echo shell-ran',
      decides: true,
    },
  ]);
  expect(rules.find((one) => one.rule === 'codex.idle')).toEqual({
    rule: 'codex.idle',
    source: null,
    says: null,
    saw: 'a dialog stands where its input line was',
    decides: false,
  });
  expect(rules.map((one) => one.rule).filter((one) => !one.includes('.'))).toEqual([
    'protocol',
    'hooks',
    'screen',
    'shell marks',
    'progress',
    'foreground',
    'title',
    'output',
  ]);
  expect(book).toEqual({ version: 2, seen: '0.169.0' });
});

test('what no rule reads, its output decides', () => {
  const memory = watching('command', '');
  expect(explain(memory, 1000).rules.find((one) => one.decides)).toMatchObject({ rule: 'output', says: 'running' });
  expect(explain(memory, 60_000).rules.find((one) => one.decides)).toMatchObject({ rule: 'output', says: 'unknown' });
  expect(explain(memory, 1000).book).toBeNull();
});
