import { describe, expect, test } from 'vitest';
import { sessionRows } from '../../src/cockpit/selectors/sessions.ts';
import { type Cockpit, initialData, initialUi } from '../../src/cockpit/store/model.ts';
import { createPainter } from '../../src/cockpit/theme/paint.ts';
import { firstFrame } from '../../src/cockpit/views/first-frame.ts';
import { headerView } from '../../src/cockpit/views/header.ts';
import { clock, dollars, short, since, sinceChangesIn } from '../../src/cockpit/views/numbers.ts';
import { sessionsView } from '../../src/cockpit/views/sessions.ts';
import { rowWidth, textOf, widthOf } from '../../src/cockpit/views/span.ts';
import { STATES } from '../../src/cockpit/views/states.ts';
import { movingChangesIn, movingText } from '../../src/cockpit/views/view.ts';
import { StatusState } from '../../src/schema/status.ts';
import { agent, project } from '../components/sample.ts';

const cockpit = (agents?: Parameters<typeof project>[0], ui: Partial<Cockpit['ui']> = {}): Cockpit => ({
  data: { ...initialData(), ...project(agents) },
  ui: initialUi({ title: 'shop-api', size: { cols: 120, rows: 40 }, ...ui }),
});

describe('states', () => {
  test('every state has a glyph of its own cell and a word of its own', () => {
    for (const state of StatusState.options) expect(widthOf(STATES[state].glyph)).toBe(1);
    expect(new Set(StatusState.options.map((state) => STATES[state].word)).size).toBe(StatusState.options.length);
  });
});

describe('header', () => {
  const text = (state: Cockpit, width: number) => textOf(headerView(state, width, 0).rows[0]!);
  test('says everything where there is room, less and less below', () => {
    const money = {
      tokens: { input: 400_000, output: 12_000, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
      cost: { usd: 1.84, provenance: 'reported' as const },
    };
    const state = cockpit([agent('a', 'running', money), agent('b', 'waiting')]);
    expect(text(state, 120)).toMatch(
      /boocode {2}shop-api {2}main ↑2 +● 1 working {2}◆ 1 waiting {2}\$1\.84 {2}412k tok {3}\d\d:\d\d $/,
    );
    expect(text(state, 50)).toMatch(/● 1 {2}◆ 1/);
    expect(text(state, 50)).not.toContain('waiting');
  });

  test.each([40, 50, 80, 120, 300])('is %d cells wide', (width) => {
    for (const link of ['connected', 'lost', 'starting'] as const) {
      const state = cockpit();
      state.data.link = link;
      expect(rowWidth(headerView(state, width, 0).rows[0]!)).toBe(width);
    }
  });

  test('a lost daemon is said', () => {
    const state = cockpit();
    state.data.link = 'lost';
    expect(text(state, 120)).toContain('daemon lost, connecting again');
  });

  test('one estimate makes the sum an estimate', () => {
    const cost = (usd: number, provenance: 'reported' | 'estimated') => ({ cost: { usd, provenance } });
    expect(
      text(cockpit([agent('a', 'idle', cost(1, 'reported')), agent('b', 'idle', cost(0.5, 'estimated'))]), 120),
    ).toContain('~$1.50');
  });
});

describe('sessions', () => {
  const rows = (state: Cockpit, width: number, height = 10) =>
    sessionsView({ rows: sessionRows(state), selected: null, width, height, now: Date.now() }).rows;

  test.each([22, 30, 34, 50, 78, 200])('rows are %d cells wide, wide names too', (width) => {
    const state = cockpit([
      agent('日本語の名前', 'running'),
      agent('a-very-long-name-that-never-ends-and-goes-on-for-ever', 'waiting'),
    ]);
    for (const row of rows(state, width)) expect(rowWidth(row)).toBe(width);
  });

  test('the window keeps the selected one in sight', () => {
    const state = cockpit(Array.from({ length: 50 }, (_, index) => agent(`a${index}`, 'idle', { createdAt: index })));
    const list = sessionsView({ rows: sessionRows(state), selected: 'id-a40', width: 30, height: 10, now: 0 });
    expect(list.rows).toHaveLength(10);
    expect(list.rows.map(textOf).join()).toContain('a40');
    expect(list.rows.find((row) => row.every((span) => span.selected))).toBeDefined();
  });

  test('sorted by state the loudest comes first; a filter looks at name, runtime, branch and state', () => {
    const names = (ui: Partial<Cockpit['ui']>) => sessionRows(cockpit(undefined, ui)).map((row) => row.agent.name);
    expect(names({ sort: 'state' }).slice(0, 2)).toEqual(['auth-fix', 'migrate']);
    expect(names({ filter: 'codex' })).toEqual(['api-tests']);
    expect(names({ filter: 'waiting' })).toEqual(['auth-fix']);
    expect(names({ filter: 'boo/docs' })).toEqual(['docs']);
  });

  test('two agents that are each other’s parents are not lost and do not loop', () => {
    const state = cockpit([agent('a', 'idle', { parentId: 'id-a' })]);
    expect(sessionRows(state)).toHaveLength(1);
  });
});

describe('time and numbers', () => {
  test.each([
    [-5, '0s'],
    [999, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [3_599_999, '59m'],
    [86_400_000 * 12, '12d'],
  ])('%d ms is %s', (ms, text) => expect(since(ms)).toBe(text));

  test('the times of all agents are drawn at the same full second', () => {
    const at = 1_700_000_000_250;
    const due = [0, 100, 333, 999].map((age) => at + movingChangesIn({ kind: 'since', from: at - age }, at));
    expect(due.every((one) => one % 1000 === 0)).toBe(true);
    for (const age of [0, 100, 333, 999]) {
      const from = at - age;
      const next = at + movingChangesIn({ kind: 'since', from }, at);
      expect(movingText({ kind: 'since', from }, next)).not.toBe(movingText({ kind: 'since', from }, at));
    }
  });

  test('what moves says when it looks different, never sooner', () => {
    for (const age of [0, 500, 59_500, 61_000, 3_700_000]) {
      const wait = sinceChangesIn(age);
      expect(since(age + wait)).not.toBe(since(age));
      expect(since(age + wait - 1)).toBe(since(age));
    }
    const at = Date.now();
    const wait = movingChangesIn({ kind: 'clock', from: 0 }, at);
    expect(clock(at + wait)).not.toBe(clock(at));
    expect(widthOf(movingText({ kind: 'since', from: at - 5000 }, at))).toBe(3);
  });

  test.each([
    [812, '812'],
    [9_949, '9.9k'],
    [412_000, '412k'],
    [999_600, '1.0M'],
    [12_000_000, '12M'],
  ])('%d is %s', (count, text) => expect(short(count)).toBe(text));
  test('dollars', () => expect([dollars(1.8), dollars(123.4)]).toEqual(['$1.80', '$123']));
});

describe('theme', () => {
  const row = [{ text: 'x', tone: 'bad' as const }];
  test('NO_COLOR has no colour in any theme', () => {
    for (const theme of ['dark', 'light', 'mono'] as const)
      expect(createPainter(theme, 1).row(row)).not.toMatch(/\x1b\[[^m]*3[0-9]/);
  });
  test('16 colours are kept to', () => {
    expect(createPainter('dark', 4).row(row)).toBe('\x1b[31mx\x1b[0m');
    expect(createPainter('dark', 8).row(row)).toContain('38;5;');
  });
});

test('the first frame fills the screen before anything is known', () => {
  const frame = firstFrame({ root: '/home/me/shop-api', size: { cols: 80, rows: 24 }, colorDepth: 8 });
  expect(frame).toContain('shop-api');
  expect(frame).toContain('Starting…');
  expect(frame.match(/\x1b\[\d+;1H/g)).toHaveLength(24);
});
