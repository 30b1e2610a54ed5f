import { afterEach, describe, expect, test } from 'vitest';
import { barText } from '../../src/cockpit/views/traces/bars.ts';
import { fitsWords } from '../../src/core/traces/filter.ts';
import type { Ledger } from '../../src/core/traces/ledger.ts';
import { groupsAt, ordered } from '../../src/core/traces/order.ts';
import { toTrace, toTurn, traceId } from '../../src/core/traces/tell.ts';
import { totals } from '../../src/core/traces/totals.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import type { TraceOrder } from '../../src/schema/trace.ts';
import {
  answered,
  asked,
  ledgerFor,
  made,
  tokens,
  toolFinished,
  toolStarted,
  turnEnded,
  turnStarted,
  used,
} from '../core/traces/sample.ts';
import { until } from '../support/wait.ts';
import { answering } from './answers.ts';
import { click, drawn } from './cockpit.ts';
import { agent, project } from './sample.ts';
import { picture } from './still.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open?.close());
const all = (rows: string[]) => rows.join('\n');

const NOON = new Date(2026, 2, 10, 12).getTime();
const s = (seconds: number) => NOON + seconds * 1000;

const work = (name: string): AgentEvent[] => [
  made({ id: `id-${name}`, name }),
  turnStarted(1, s(0), {
    prompt: 'Make the login fail closed',
    model: 'claude-opus-4',
    line: name === 'docs' ? 40 : null,
  }),
  toolStarted('read', 1, s(1), { tool: 'Read', kind: 'read', title: 'src/auth.ts' }),
  toolFinished('read', s(1.24), {
    durationMs: 12,
    output: Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n'),
  }),
  toolStarted('test', 1, s(2), { title: 'npm test', input: JSON.stringify({ command: 'npm test', cwd: 'app' }) }),
  toolFinished('test', s(49), { tokens: tokens(1200, 300), usd: 0.0123456 }),
  used('a', 1, s(49), {
    model: 'claude-opus-4',
    tokens: tokens(100, 200, { cacheRead: 900, reasoning: 50 }),
    usd: 0.2,
  }),
  turnEnded(1, s(50)),
  turnStarted(2, s(60), { prompt: 'Now the tests', model: 'claude-opus-4' }),
  toolStarted('edit', 2, s(61), { tool: 'Edit', kind: 'edit', title: 'test/auth.test.ts' }),
  toolFinished('edit', s(70), { outcome: 'failed', error: 'the file has changed' }),
  toolStarted('rm', 2, s(71), { title: 'rm -rf build' }),
  toolFinished('rm', s(72), { outcome: 'denied' }),
  used('b', 2, s(73), {
    model: 'claude-opus-4',
    tokens: tokens(1000, 100, { cacheRead: 150 }),
    usd: 0.1,
    provenance: { tokens: 'reported', cost: 'estimated' },
  }),
  turnEnded(2, s(80), { outcome: 'failed', message: 'overloaded', durationMs: 19_000 }),
];

/** A daemon that answers of these agents' records. */
function served(ledgers: Map<string, Ledger>, events: (params: Record<string, unknown>) => unknown = () => []) {
  const of = (id: unknown) => [...ledgers.values()].filter(({ owner }) => id === null || owner.id === id);
  const sorted = (id: unknown) =>
    of(id)
      .flatMap(({ calls }) => calls)
      .sort((a, b) => a.startedAt - b.startedAt);
  return answering(open, {
    'traces.window': ({ agent: id, filter, order, at, count, around }) => {
      const whole = ordered(sorted(id).filter(fitsWords(filter as string)), order as TraceOrder);
      const groups = groupsAt(whole, at as number, count as number).map(
        ({ calls, from, errors, totalMs, longestMs }) => {
          const [first] = calls;
          const sums = { from, count: calls.length, errors, totalMs, longestMs, key: first!.tool };
          const turn = of(first!.owner.id)[0]!.turns.find((one) => one.turn === first!.turn)!;
          return (order as TraceOrder).group === 'tool'
            ? { ...sums, tool: first!.tool }
            : { ...sums, turn: toTurn(turn) };
        },
      );
      return {
        traces: whole.calls.slice(at as number, (at as number) + (count as number)).map((call) => toTrace(call, null)),
        ...{ groups, total: whole.calls.length, errors: whole.errors },
        index: whole.calls.findIndex((call) => traceId(call) === around),
      };
    },
    'traces.get': ({ id }) => {
      const call = sorted(null).find((one) => traceId(one) === id)!;
      const output = Array.from({ length: 30 }, (_, i) => `line ${i} of ${call.call}`).join('\n');
      return { trace: toTrace(call, { input: call.head, output }, 1e6) };
    },
    'timeline.get': ({ agent: id }) => ({ turns: of(id).flatMap(({ turns }) => turns.map(toTurn)) }),
    'stats.get': () => ({
      ...totals(ledgers.values(), null),
      budgets: [
        { budget: { usd: 0.35, per: 'agent', action: 'pause' }, key: 'auth-fix', unit: 'usd', used: 0.3, limit: 0.35 },
        {
          budget: { tokens: 2000, per: 'day', action: 'warn' },
          key: '2026-03-10',
          unit: 'tokens',
          used: 4900,
          limit: 2000,
        },
      ],
    }),
    'session.events': events,
    'agent.history': () => ({ lines: [], first: 1, total: 0 }),
  });
}

const names = ['auth-fix', 'docs'];
async function start(size = { cols: 120, rows: 40 }, view = '4') {
  open = drawn(size, project(names.map((name) => agent(name, 'idle'))));
  open.store.setData({ link: 'connected' });
  const ledgers = new Map(names.map((name) => [name, ledgerFor(`id-${name}`, ...work(name))]));
  const asked = served(ledgers);
  await open.press(view);
  return { ledgers, asked };
}

describe.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 300, rows: 100 },
])('at $cols×$rows', (size) => {
  test('tool calls, turns and totals', async () => {
    await start(size);
    const name = `${size.cols}x${size.rows}`;
    await picture(await open.press('a'), `traces-${name}`);
    await picture(await open.press('5'), `timeline-${name}`);
    await picture(await open.press('s'), `totals-${name}`);
  });
});

test('a call opens with its input and output, capped; all of it is one key away', async () => {
  await start();
  const rows = all(await open.press('j', 'j', 'Enter'));
  expect(rows).toMatch(/▸✓ Read +src\/auth\.ts .* 12ms/);
  expect(rows).toContain('took 12ms (reported)');
  expect(rows).toContain('line 9 of read');
  expect(rows).not.toContain('line 10 of read');
  expect(rows).toContain('… 20 more lines: w shows all');
  expect(all(await open.press('w'))).toContain('line 25 of read');
  expect(all(await open.press('Escape', 'Enter'))).not.toContain('line 9 of read');
});

test('groups by turn or tool, what failed first, numbers in full; the same call stays chosen', async () => {
  await start();
  expect(all(await open.press('j'))).toMatch(/▸⊘ Bash +rm -rf build/);
  const rows = all(await open.press('b'));
  expect(rows).toMatch(/▾ Bash +2 calls +total 48\.0s +longest 47\.0s/);
  expect(rows).toMatch(/▸⊘ Bash +rm -rf build/);
  expect(all(await open.press('e'))).toMatch(
    /Traces · auth-fix · by tool · errors first.*\n.*▾ Edit.*\n.*▸✖ Edit +test\/auth\.test\.ts · the file has/,
  );
  expect(all(await open.press('x'))).toContain('9,000ms*');
  expect(all(await open.press('a'))).toMatch(/all agents · by tool.* 8 calls +2 ✖/);
});

test('the filter is written in the bottom line, and the list goes along', async () => {
  await start();
  const rows = await open.press('/', ...'auth read');
  expect(rows.at(-1)).toContain('/ auth read');
  expect(all(rows)).toMatch(/\/ auth read +1 call /);
  expect(all(await open.press(...'x'))).toContain('No tool call fits "auth readx".');
  expect(all(await open.press('Escape'))).toContain('4 calls');
  await open.press('/', 'r', 'Enter');
  expect(all(await open.press('Escape'))).toContain('4 calls');
  expect(all(await open.press('Escape'))).not.toContain('Traces');
});

/** Tells what happens to an agent from now on, as the daemon does. */
function tellerOf(ledger: Ledger) {
  let seq = 100;
  return (event: AgentEvent) => {
    ledger.take({ seq: seq++, event }, 0);
    open.cockpit.bridge.traces.changed();
  };
}

test('what runs moves without a render of Ink, and is done when its end is told', async () => {
  const tell = tellerOf((await start()).ledgers.get('auth-fix')!);
  const now = Date.now();
  tell(turnStarted(3, now));
  tell(toolStarted('slow', 3, now - 9500, { title: 'npm run build' }));
  await until('it is there', async () => all(await open.settle()).includes('npm run build'));
  const { renders } = open;
  const bar = () => /npm run build +(█+\S?)/.exec(all(open.screen.rows()))?.[1];
  const first = bar();
  await until('its bar has grown', () => bar() !== first && bar());
  expect(open.renders).toBe(renders);
  tell(toolFinished('slow', Date.now()));
  await until('it is done', async () => /✓ Bash +npm run build/.test(all(await open.settle())));
});

test('a call that waits for an answer stands still and says so; afterwards its wait stands beside its time', async () => {
  const tell = tellerOf((await start()).ledgers.get('auth-fix')!);
  const now = Date.now();
  tell(turnStarted(3, now - 70_000));
  tell(toolStarted('slow', 3, now - 65_000, { title: 'npm run build' }));
  tell(asked('r', now - 63_000, 'slow', 3));
  const waiting = /◆ Bash +npm run build +· waits for an answer .* 2s/;
  await until('it waits', async () => waiting.test(all(await open.settle()).replaceAll(/ {2,}/g, ' ')));
  tell(answered('r', now - 3000));
  tell(toolFinished('slow', now));
  await until('it is done', async () =>
    /✓ Bash +npm run build · waited 60\.0s +█.* 5\.0s\*/.test(all(await open.settle())),
  );
  tell(turnEnded(3, now));
  expect(all(await open.press('g', 'Enter'))).toMatch(
    /took 5,000ms\* \(measured\)[\s\S]*waited 60,000ms for answers besides/,
  );
  expect(all(await open.press('5'))).toMatch(/TOOK +WAITED[\s\S]*#3 .* 60\.0s .*✓/);
});

test('Enter on a turn goes to its place: the line of a screen, or the place in the conversation', async () => {
  const { asked } = await start(undefined, '5');
  await open.press('a');
  await open.press('g', 'j', 'j', 'Enter');
  expect(asked.find(({ method }) => method === 'agent.history')?.params).toMatchObject({ agent: 'id-docs' });
});

test('a turn far back in a conversation is read back to', async () => {
  const events = Array.from({ length: 40 }, (_, n) => [
    turnStarted(n + 1, s(n), { prompt: `part ${n + 1}` }),
    ...Array.from({ length: 9 }, (_x, i) => ({
      type: 'said',
      who: 'agent',
      item: `${n}.${i}`,
      text: `answer ${n}.${i}`,
    })),
  ]).flat();
  const record = [made({ id: 'id-bot', name: 'bot' }), ...events].map((event, index) => ({
    seq: index + 1,
    event: { at: s(index), epoch: 1, ...event } as AgentEvent,
  }));
  open = drawn({ cols: 120, rows: 40 }, project([agent('bot', 'idle', { runtime: 'claude-stream' })]));
  const ledgers = new Map([['bot', ledgerFor('id-bot', ...record.map(({ event }) => event))]]);
  const asked = served(ledgers, ({ before, limit }) => {
    const known = record.filter(({ seq }) => seq < ((before as number | null) ?? Number.POSITIVE_INFINITY));
    // Smaller pages than it asks for, so that it has to ask again.
    const lines = known.slice(-Math.min(limit as number, 60));
    return { lines, last: record.length, more: lines.length < known.length };
  });
  await open.press('5', 'Home');
  await open.press('g');
  await open.press('j', 'Enter');
  await until('the second turn is in sight', async () => all(await open.settle()).includes('answer 1.0'));
  expect(all(open.screen.rows())).toContain('part 2');
  expect(all(open.screen.rows())).not.toContain('answer 0.0');
  expect(asked.filter(({ method }) => method === 'session.events').length).toBeGreaterThan(5);
});

test('clicks and the wheel choose and open', async () => {
  await start();
  const rows = await open.settle();
  const y = rows.findIndex((row) => row.includes('src/auth.ts'));
  open.screen.send(...click(60, y));
  expect(all(await open.settle())).toMatch(/▸✓ Read/);
  open.screen.send(...click(60, y));
  expect(all(await open.settle())).toContain('line 9 of read');
});

test('nothing is asked while nobody looks, and no error is asked for again and again', async () => {
  const { asked } = await start();
  await open.press('Escape');
  const before = asked.length;
  open.cockpit.bridge.traces.changed();
  await open.settle();
  expect(asked.length).toBe(before);
  open.cockpit.bridge.call = (async () => {
    asked.push({ method: 'traces.window', params: {} });
    throw new Error('the record is gone');
  }) as never;
  expect(all(await open.press('4', 'a', 'a'))).toContain('calls');
  await open.press('/', 'z');
  expect(asked.length - before).toBeLessThan(8);
});

test('bars stand for thirty seconds, and say when it was more', () => {
  expect(barText(0, 10)).toBe('          ');
  expect(barText(1, 10)).toBe('▏         ');
  expect(barText(15_000, 10)).toBe('█████     ');
  expect(barText(30_000, 10)).toBe('██████████');
  expect(barText(30_001, 10)).toBe('█████████»');
});
