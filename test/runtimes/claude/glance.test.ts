import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ClaudeDriver } from '../../../src/runtimes/claude/driver.ts';
import { glance } from '../../../src/runtimes/claude/glance.ts';
import { createRandom } from '../../support/random.ts';
import { agentWith, recorded } from './replay.ts';

const sessions = readdirSync(join(import.meta.dirname, '../../fixtures/claude'))
  .filter((name) => name.endsWith('.txt'))
  .map((name) =>
    recorded(name.slice(0, -'.txt'.length)).flatMap((line) => (/^< \{/.test(line) ? [line.slice(2)] : [])),
  );
const lines = sessions.flat();

const driver = () => new ClaudeDriver({ agent: agentWith(), past: [] });
/** The same line, written as Claude Code never does: it is read as a whole. */
const unusual = (line: string) => line.replace('{', '{ ');
const told = (effects: unknown) => JSON.stringify(effects).replaceAll('{ ', '{');
const text = (said: string, session = 's-1') =>
  `{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${said}}},"session_id":"${session}","parent_tool_use_id":null,"uuid":"u-1"}`;

describe('what is seen of a line without reading it', () => {
  test('is seen of what comes often', () => {
    const often =
      /^\{"type":"(?:stream_event","event":\{"type":"content_block_|command_lifecycle","command_uuid":"[^"]*","state":"(?:queued|started))/;
    const isOwn = (line: string) =>
      !line.startsWith('{"type":"stream_event"') || /"parent_tool_use_id":null/.test(line);
    const found = lines.filter((line) => often.test(line) && isOwn(line));
    expect(found.length).toBeGreaterThan(200);
    expect(found.filter((line) => glance(line, JSON.parse(line).session_id) === null)).toEqual([]);
    expect(found.filter((line) => glance(unusual(line), JSON.parse(line).session_id) !== null)).toEqual([]);
  });

  test('is what it says when it is read: all that was recorded', () => {
    for (const session of sessions) {
      const [one, other] = [driver(), driver()];
      for (const line of session)
        expect(told(one.line('stdout', line, 1))).toBe(told(other.line('stdout', unusual(line), 1)));
    }
  });

  test('is what it says when it is read: of other sessions and changed at random', () => {
    const values = [
      'null',
      '7',
      '[]',
      '{}',
      'true',
      '""',
      '"a \\"b\\\\ \\u00e9\\n"',
      '"\\x"',
      '"x\\"}},\\"session_id\\":\\"y"',
    ];
    const pieces = lines.filter((line) =>
      /"content_block_(?:start|delta.*(?:text|thinking)_delta)|"queued"|"started"/.test(line),
    );
    const random = createRandom(3);
    const [one, other] = [driver(), driver()];
    for (let round = 0; round < 5000; round++) {
      const line = random.chance(0.5) ? random.pick(pieces) : random.pick(lines);
      const spots = [...line.matchAll(/(?<=":)("(?:[^"\\]|\\.)*"|\d+|null)(?=[,}])/g)];
      const { 0: old, index } = random.pick(spots);
      const changed = pieces.includes(line) && random.chance(0.5);
      const given = changed ? line.slice(0, index) + random.pick(values) + line.slice(index + old.length) : line;
      // What says nothing is known by how it begins: a session that it alone names is not seen.
      if (glance(given, null) === 'nothing') continue;
      expect(told(one.line('stdout', given, 1))).toBe(told(other.line('stdout', unusual(given), 1)));
    }
  });

  test('is a text as JSON has it', () => {
    for (const said of ['"a\\nb \\"c\\" \\\\ \\u00e9 ü 🙂"', '""', '"\\\\"'])
      expect(glance(text(said), 's-1')).toEqual({ index: 0, kind: 'said', text: JSON.parse(said) });
    for (const said of ['"a\nb"', '"\\x"', '"a"b"', '"\\"', 'null', `"${'x'.repeat(20_000)}"`])
      expect(glance(text(said), 's-1')).toBeNull();
  });

  test('is nothing of another session, or of one that is not known: that is told', () => {
    expect(glance(text('"a"', 's-2'), 's-1')).toBeNull();
    expect(glance(text('"a"'), null)).toBeNull();
    expect(driver().line('stdout', text('"a"'), 1)).toEqual([
      { type: 'report', report: { type: 'session', sessionId: 's-1' } },
    ]);
  });
});
