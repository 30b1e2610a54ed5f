import { describe, expect, test } from 'vitest';
import { bridgedDriver } from '../../src/runtimes/bridged.ts';
import { Open } from '../../src/runtimes/open.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { AgentEvent } from '../../src/schema/event.ts';

const agent = { id: 'a', epoch: 1 } as Agent;
const driver = (past: AgentEvent[] = []) => bridgedDriver({ agent, past });
const out = (value: object) => JSON.stringify(value);
const begins = { type: 'turnStarted', turn: 3, prompt: 'go', model: null } as const;
const tool = {
  type: 'toolStarted',
  call: 'c1',
  turn: 3,
  tool: 'bash',
  kind: 'execute',
  title: 'ls',
  input: '{}',
  locations: [] as { path: string; line: number | null }[],
} as const;

describe('the driver of the bridge protocol', () => {
  test('says what a bridge is told, a line each', () => {
    const prompt = { id: 'p1', text: 'go', images: ['/x.png'] };
    const past = [{ ...begins, at: 1, epoch: 1 }];
    const said = [
      ...driver(past).start({ resume: 's', prompt }),
      ...driver().prompt(prompt, 1),
      ...driver().interrupt(1),
      ...driver().configure({ model: 'big' }, 1),
    ];
    const lines = said.map((effect) => (effect.type === 'write' ? effect.text : ''));
    expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { do: 'start', resume: 's', prompt, turn: 3 },
      { do: 'prompt', prompt },
      { do: 'interrupt' },
      { do: 'configure', model: 'big' },
    ]);
  });

  test('passes on reports, deltas, receipts and refusals', () => {
    const evidence = { source: 'protocol', detail: 'it began' } as const;
    const delta = { item: 'm', kind: 'said', text: 'he' } as const;
    const line = (value: object) => driver().line('stdout', out(value), 1);
    expect(line({ boocode: 'report', report: begins })).toEqual([{ type: 'report', report: begins }]);
    expect(line({ boocode: 'delta', delta })).toEqual([{ type: 'delta', delta }]);
    expect(line({ boocode: 'receipt', prompt: 'p', receipt: 'submitted', evidence })).toEqual([
      { type: 'receipt', prompt: 'p', receipt: 'submitted', evidence },
    ]);
    expect(line({ boocode: 'refused', message: 'gone' })).toEqual([{ type: 'refused', message: 'gone' }]);
  });

  test.each([
    ['stdout', 'warning: x', 'text'],
    ['stdout', '{"half', 'text'],
    ['stdout', '{"boocode":"new kind"}', 'unknown'],
    ['stdout', '{"boocode":"report","report":{"type":"said"}}', 'unknown'],
    ['stderr', '{"boocode":"refused","message":"no"}', 'text'],
  ] as const)('keeps what is no report (%s %s)', (stream, text, why) => {
    expect(driver().line(stream, text, 1)).toEqual([{ type: 'report', report: { type: 'raw', stream, why, text } }]);
  });

  test('closes at its end what was open, also what only the record knows', () => {
    const past = [
      { ...begins, at: 1, epoch: 1 },
      { ...tool, at: 2, epoch: 1 },
    ] as AgentEvent[];
    const live = driver();
    for (const report of [begins, tool]) live.line('stdout', out({ boocode: 'report', report }), 1);
    for (const one of [live, driver(past)]) {
      expect(
        one.exited({ code: 3, signal: null }, 5).map((effect) => effect.type === 'report' && effect.report),
      ).toEqual([
        expect.objectContaining({ type: 'toolFinished', call: 'c1', outcome: 'cancelled' }),
        expect.objectContaining({ type: 'turnEnded', turn: 3, outcome: 'failed' }),
      ]);
      expect(one.exited({ code: 3, signal: null }, 6)).toEqual([]);
    }
  });

  test('a new life has nothing open, and goes on counting turns', () => {
    const restarted = { type: 'restarted', argv: [], at: 3, epoch: 2 } as AgentEvent;
    const open = new Open([{ ...begins, at: 1, epoch: 1 }, { ...tool, at: 2, epoch: 1 } as AgentEvent, restarted]);
    expect(open.close('failed', 'x')).toEqual([]);
    expect(open.turn).toBe(3);
  });
});
