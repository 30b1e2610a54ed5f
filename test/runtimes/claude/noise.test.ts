import { describe, expect, test } from 'vitest';
import { ClaudeDriver } from '../../../src/runtimes/claude/driver.ts';
import { TEXT_LIMIT } from '../../../src/schema/activity.ts';
import { AgentEvent } from '../../../src/schema/event.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { agentWith, recorded } from './replay.ts';

const driver = () => new ClaudeDriver({ agent: agentWith(), past: [] });

describe('what is no report', () => {
  test.each([
    ['stdout', 'npm warn something', 'text'],
    ['stdout', '{"type":"assis', 'text'],
    ['stdout', '[1,2]', 'text'],
    ['stdout', '{"no":"type"}', 'text'],
    ['stdout', '{"type":"a_new_kind","x":1}', 'unknown'],
    ['stdout', '{"type":"system","subtype":"a_new_kind"}', 'unknown'],
    ['stdout', '{"type":"assistant","message":{"id":"m","content":[null]}}', 'unknown'],
    ['stderr', 'a warning', 'text'],
  ] as const)('is kept (%s %s)', (stream, text, why) => {
    expect(driver().line(stream, text, 1)).toContainEqual({
      type: 'report',
      report: { type: 'raw', stream, why, text },
    });
  });

  test('says nothing where nothing is said', () => {
    expect(driver().line('stdout', '', 1)).toEqual([]);
    expect(driver().line('stdout', '{"type":"keep_alive"}', 1)).toEqual([]);
  });

  test('may be 50 MB long: its middle is left out', () => {
    const text = 'x'.repeat(50_000_000);
    const line = JSON.stringify({ type: 'assistant', message: { id: 'm', content: [{ type: 'text', text }] } });
    const [, said] = driver().line('stdout', line, 1);
    const { report } = said as { report: { type: string; text: string } };
    expect(report.type).toBe('said');
    expect(report.text.length).toBeLessThan(TEXT_LIMIT + 100);
    expect(report.text).toContain('characters left out');
  });

  test('never throws, whatever is cut or changed in what it prints, and what it reports can be recorded', () => {
    const lines = ['prompt', 'asked', 'subagent', 'fail-limit', 'tasks'].flatMap((name) =>
      recorded(name).flatMap((line) => (line.startsWith('< ') ? [line.slice(2)] : [])),
    );
    const random = createRandom(7);
    const one = driver();
    const wrong = new Set<string>();
    one.prompt({ id: 'p', text: 'x', images: [] });
    for (let round = 0; round < 3000; round++) {
      const effects = one.line('stdout', damaged(random, random.pick(lines)), round);
      for (const effect of effects) {
        if (effect.type !== 'report') continue;
        const { success } = AgentEvent.safeParse({ ...effect.report, at: 1, epoch: 1 });
        if (!success) wrong.add(JSON.stringify(effect.report).slice(0, 200));
      }
    }
    expect([...wrong]).toEqual([]);
  });
});

/** A line that was cut, or in which a value became one of another kind. */
function damaged(random: Random, line: string): string {
  if (random.chance(0.2)) return line.slice(0, random.below(line.length));
  const values = [...line.matchAll(/(?<=":)("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|null|true|false)(?=[,}\]])/g)];
  if (values.length === 0) return line;
  const chosen = random.pick(values);
  const value = random.pick(['null', '7', '[]', '{}', 'true', '""']);
  return line.slice(0, chosen.index) + value + line.slice(chosen.index + chosen[0].length);
}
