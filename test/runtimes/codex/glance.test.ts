import { describe, expect, test } from 'vitest';
import { codexDriver } from '../../../src/runtimes/codex/driver.ts';
import { glance } from '../../../src/runtimes/codex/glance.ts';
import { random } from '../../core/agents.ts';
import { readRecording, recordingAgent } from './recording.ts';

const lives = ['tools', 'deny', 'failures', 'interrupt', 'limit', 'resume', 'withdrawn'].flatMap(readRecording);
const printed = lives.map((life) =>
  life.flatMap((step) =>
    step.do === 'line' && step.stream === 'stdout' && step.text.startsWith('{') ? step.text : [],
  ),
);
const lines = printed.flat();

const driver = () => codexDriver({ agent: recordingAgent, past: [] });
/** The same line, written as Codex never does: it is read as a whole. */
const unusual = (line: string) => line.replace('{', '{ ');
const told = (effects: unknown) => JSON.stringify(effects).replaceAll('{ ', '{');
const text = (said: string, method = 'agentMessage/delta') =>
  `{"method":"item/${method}","params":{"threadId":"t","turnId":"u","itemId":"i","delta":${said}},"emittedAtMs":17}`;

describe('what is seen of a line without reading it', () => {
  test('is seen of what comes often', () => {
    const often =
      /^\{"method":"(?:item\/agentMessage\/delta|item\/started","params":\{"item":\{"type":"(?:user|agent)Message)/;
    const found = lines.filter((line) => often.test(line));
    expect(found.length).toBeGreaterThan(30);
    expect(found.filter((line) => glance(line) === null)).toEqual([]);
    expect(found.filter((line) => glance(unusual(line)) !== null)).toEqual([]);
  });

  test('is what it says when it is read: all that was recorded, and what was changed at random', () => {
    const { below, pick } = random(5);
    const values = [
      'null',
      '7',
      '[]',
      '{}',
      'true',
      '""',
      '"a \\"b\\\\ \\u00e9\\n"',
      '"\\x"',
      '"x\\"}},\\"y"',
      '"hookPrompt"',
    ];
    for (const life of printed) {
      const [one, other] = [driver(), driver()];
      const rounds = [...life, ...Array.from({ length: 200 }, () => pick(life))];
      for (const [round, line] of rounds.entries()) {
        const { 0: old, index } = pick([...line.matchAll(/(?<=":)("(?:[^"\\]|\\.)*"|\d+|null)(?=[,}])/g)]);
        const isChanged = round >= life.length && below(2) === 0;
        const given = isChanged ? line.slice(0, index) + pick(values) + line.slice(index + old.length) : line;
        // What says nothing is known by how it begins: what is wrong further on is not seen.
        if (isChanged && glance(given)?.length === 0) continue;
        expect(told(one.line('stdout', given, 1))).toBe(told(other.line('stdout', unusual(given), 1)));
      }
    }
  });

  test('is a text as JSON has it', () => {
    for (const said of ['"a\\nb \\"c\\" \\\\ \\u00e9 ü 🙂"', '""', '"\\\\"']) {
      const delta = { item: 'i', kind: 'output', text: JSON.parse(said) };
      expect(glance(text(said, 'commandExecution/outputDelta'))).toEqual([{ type: 'delta', delta }]);
    }
    for (const said of ['"a\nb"', '"\\x"', '"a"b"', '"\\"', 'null', `"${'x'.repeat(20_000)}"`])
      expect(glance(text(said))).toBeNull();
  });

  test('is nothing of a prompt that was given elsewhere: that is told', () => {
    const item = (clientId: string) =>
      `{"method":"item/completed","params":{"item":{"type":"userMessage","id":"i","clientId":${clientId},"content":[{"type":"text","text":"x"}]}}}`;
    expect(glance(item('"prompt-1"'))).toEqual([]);
    expect(driver().line('stdout', item('null'), 1)).toMatchObject([
      { report: { type: 'said', who: 'user', text: 'x' } },
    ]);
  });
});
