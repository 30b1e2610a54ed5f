import { describe, expect, test } from 'vitest';
import type { Item } from '../../../src/core/talk/items.ts';
import { Talk } from '../../../src/core/talk/talk.ts';
import type { RecordLine } from '../../../src/schema/event.ts';
import { createRandom } from '../../support/random.ts';
import { DIFF, ended, finished, lines, said, session, started, type Told, turn } from './sessions.ts';

const folded = (told: readonly Told[]) => {
  const talk = new Talk();
  talk.append(lines(told));
  return talk;
};
/** Without the number of changes, which is how it came about and not what it is. */
const facts = (items: readonly Item[]): unknown =>
  items.map(({ version: _, ...item }) => ('children' in item ? { ...item, children: facts(item.children) } : item));
const kinds = (talk: Talk) => talk.items.map(({ kind }) => kind);

test('a turn: prompt, thought, message, tool with its end, plan as one block, what it took', () => {
  const talk = folded([
    turn(1, 'Fix the login'),
    { type: 'thought', item: 't', text: 'hm' },
    { type: 'planned', entries: [{ text: 'look', status: 'running' }] },
    said('I look.'),
    started('c1', 1, { tool: 'Edit', kind: 'edit', title: 'src/auth.ts' }),
    finished('c1', { diff: DIFF }),
    { type: 'planned', entries: [{ text: 'look', status: 'done' }] },
    ended(1),
  ]);
  expect(kinds(talk)).toEqual(['prompt', 'thought', 'plan', 'said', 'tool', 'end']);
  expect(talk.items[0]).toMatchObject({ text: 'Fix the login', turn: 1 });
  expect(talk.items[2]).toMatchObject({ entries: [{ status: 'done' }] });
  expect(talk.items[4]).toMatchObject({ state: 'done', diff: DIFF, durationMs: 1200 });
});

test('more about a call that runs changes it; the same id after its end is another call', () => {
  const talk = folded([
    turn(1, 'x'),
    started('c', 1),
    started('c', 1, { title: 'npm run all' }),
    finished('c'),
    started('c', 1, { title: 'again' }),
  ]);
  const tools = talk.items.filter(({ kind }) => kind === 'tool');
  expect(tools).toMatchObject([
    { title: 'npm run all', state: 'done' },
    { title: 'again', state: 'running' },
  ]);
});

test('what a subagent does stands below the tool that started it', () => {
  const talk = folded([
    turn(1, 'x'),
    started('task', 1, { tool: 'Task', kind: 'agent' }),
    started('inner', 1, { parent: 'task' }),
    said('found', 'i', 'task'),
  ]);
  expect(talk.items).toHaveLength(2);
  const before = talk.items[1]!.version;
  talk.append(lines([finished('inner')], 5));
  expect(talk.items[1]).toMatchObject({
    children: [
      { kind: 'tool', state: 'done' },
      { kind: 'said', text: 'found' },
    ],
  });
  expect(talk.items[1]!.version).toBeGreaterThan(before);
});

test('a prompt is one item, whatever is told of it before and after its turn begins', () => {
  const evidence = { source: 'protocol', detail: 'it said so' } as const;
  const talk = folded([
    turn(1, 'first'),
    { type: 'prompted', text: 'second', receipt: 'accepted', evidence },
    said('still at the first'),
    ended(1),
    turn(2, 'second'),
    { type: 'said', item: 'echo', who: 'user', text: 'second' },
    { type: 'prompted', text: 'second', receipt: 'submitted', evidence },
  ]);
  expect(kinds(talk)).toEqual(['prompt', 'said', 'end', 'prompt']);
  expect(talk.items[3]).toMatchObject({ text: 'second', turn: 2, receipt: 'submitted' });
});

test('a prompt that was not delivered stays, and the next one of the same words is another', () => {
  const evidence = { source: 'protocol', detail: 'its process has ended' } as const;
  const talk = folded([{ type: 'prompted', text: 'go', receipt: 'not delivered', evidence }, turn(1, 'go')]);
  expect(talk.items).toMatchObject([
    { kind: 'prompt', receipt: 'not delivered', turn: null },
    { kind: 'prompt', receipt: null, turn: 1 },
  ]);
});

test('trouble that repeats is counted, raw output that follows itself is one block', () => {
  const trouble = { kind: 'overloaded', message: '529', status: 529, retries: true, until: null } as const;
  const talk = folded([
    { type: 'troubled', trouble },
    { type: 'troubled', trouble },
    { type: 'raw', stream: 'stdout', why: 'text', text: 'a' },
    { type: 'raw', stream: 'stderr', why: 'text', text: 'b' },
  ]);
  expect(talk.items).toMatchObject([
    { kind: 'notice', level: 'warning', times: 2 },
    { kind: 'raw', lines: ['a', 'b'], count: 2 },
  ]);
});

test('the end of its process ends the tools that ran', () => {
  const talk = folded([turn(1, 'x'), started('c', 1), { type: 'exited', exit: { code: null, signal: 'SIGKILL' } }]);
  expect(talk.items).toMatchObject([{ kind: 'prompt' }, { state: 'cancelled' }, { level: 'warning' }]);
});

test('an approval is one item from question to answer', () => {
  const approval = { id: 'a1', title: 'npm run migrate' } as never;
  const talk = folded([
    { type: 'asked', approval },
    { type: 'asked', approval },
    { type: 'answered', id: 'a1', answer: { verdict: 'once' }, by: { who: 'person', detail: '' } },
    { type: 'answered', id: 'a1', answer: null, by: { who: 'withdrawn', detail: 'late' } },
  ]);
  expect(talk.items).toMatchObject([{ kind: 'approval', answer: { verdict: 'once' }, by: { who: 'person' } }]);
});

describe('what is being said', () => {
  test('grows at the end, and is the whole message once that is told', () => {
    const talk = folded([turn(1, 'x')]);
    talk.delta({ item: 'm', kind: 'said', text: 'Hel' }, 5);
    talk.delta({ item: 'm', kind: 'said', text: 'lo' }, 6);
    expect(talk.live).toMatchObject([{ text: 'Hello', live: true }]);
    expect(kinds(talk)).toEqual(['prompt']);
    talk.append(lines([said('Hello there', 'm')], 2));
    expect(talk.live).toEqual([]);
    expect(talk.items[1]).toMatchObject({ kind: 'said', text: 'Hello there', live: false });
  });

  test('is taken away when its turn has ended, and grows in the tool where a tool prints', () => {
    const talk = folded([turn(1, 'x'), started('c', 1)]);
    talk.delta({ item: 'c', kind: 'output', text: '1 passed\n' }, 5);
    talk.delta({ item: 'c', kind: 'output', text: '2 passed\n' }, 5);
    talk.delta({ item: 'gone', kind: 'output', text: 'x' }, 5);
    expect(talk.items[1]).toMatchObject({ output: '1 passed\n2 passed\n', state: 'running' });
    talk.delta({ item: 'm', kind: 'thought', text: 'half' }, 5);
    talk.append(lines([ended(1, { outcome: 'interrupted' })], 3));
    expect(talk.live).toEqual([]);
  });
});

describe('in any paging', () => {
  const whole = session(400, 7);
  const once = new Talk();
  once.append(whole);

  test.each([1, 2, 3, 4, 5])('it is the same (seed %d)', (seed) => {
    const random = createRandom(seed);
    const start = random.below(whole.length);
    const talk = new Talk();
    const newer = [...whole.slice(start)];
    let older = whole.slice(0, start);
    while (newer.length > 0 || older.length > 0) {
      if (older.length === 0 || (newer.length > 0 && random.chance(0.6))) {
        const page = newer.splice(0, 1 + random.below(60));
        // What was asked for again, and what came meanwhile, may overlap.
        talk.append([...page.slice(0, 2), ...page]);
        talk.delta({ item: `x${random.below(9)}`, kind: 'said', text: 'grows' }, 0);
      } else {
        const count = 1 + random.below(60);
        const page: RecordLine[] = older.slice(-count);
        older = older.slice(0, older.length - page.length);
        talk.prepend(page);
      }
    }
    expect(facts(talk.items)).toEqual(facts(once.items));
    expect([talk.first, talk.last]).toEqual([once.first, once.last]);
  });

  test('keys are unique', () => {
    const all = (items: readonly Item[]): string[] =>
      items.flatMap((item) => [item.key, ...('children' in item ? all(item.children) : [])]);
    const keys = all(once.items);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
