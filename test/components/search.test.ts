import { afterEach, describe, expect, test } from 'vitest';
import { renewed } from '../../src/cockpit/control/search/renew.ts';
import { BooError } from '../../src/util/errors.ts';
import { until } from '../support/wait.ts';
import { answering, found, match, pagesOf } from './answers.ts';
import { click, drawn, key } from './cockpit.ts';
import { agent, project, team } from './sample.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open.close());

const RESULT = found(
  [
    match('auth-fix', 812, 'Error: no such file', [[0, 5]], {
      before: ['reading config'],
      after: ['    at open (fs.ts:12)'],
    }),
    match('auth-fix', 1204, `${'x'.repeat(200)} then Error: late`, [[206, 211]], { before: ['retrying'] }),
    match('docs', 31, '世界 Error 世界', [[3, 8]], { source: 'screen' }),
  ],
  {
    total: 340,
    truncated: true,
    sources: ['ring', 'screen'],
    lost: [{ agent: 'migrate', reason: 'its host is gone' }],
  },
);

function searching(
  size = { cols: 120, rows: 40 },
  answer: (params: Record<string, unknown>) => unknown = () => RESULT,
) {
  open = drawn(size, project());
  return answering(open, {
    search: answer,
    'agent.history': pagesOf(
      () => 2000,
      (line) => (line === 1204 ? RESULT.matches[1]!.text : `line ${line}`),
    ) as never,
    'search.save': () => ({ saved: {} }),
  });
}
const still = (rows: string[]) =>
  `${rows
    .join('\n')
    .replaceAll(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '⠋')
    .replaceAll(/\d\d:\d\d(?=\s*$)/gm, 'hh:mm')}\n`;

describe.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 200, rows: 50 },
])('at $cols×$rows', (size) => {
  const picture = (rows: string[], name: string) =>
    expect(still(rows)).toMatchFileSnapshot(`golden/${name}-${size.cols}x${size.rows}.txt`);

  test('how to begin, what was found, what was not', async () => {
    let result: unknown = RESULT;
    searching(size, () => result);
    await picture(await open.press('/'), 'search-empty');
    await open.press(...'Error', 'Enter');
    await picture(await open.press('n'), 'search');
    result = found([], { sources: ['ring'] });
    await picture(await open.press('/', ...'.x'), 'search-none');
  });
});

test('each key asks, the newest answer counts, whatever comes later', async () => {
  const answers: ((value: unknown) => void)[] = [];
  const asked = searching(undefined, () => new Promise((resolve) => answers.push(resolve)));
  await open.press('/', 'a', 'b');
  expect(asked.map(({ params }) => (params.pattern as { text: string }).text)).toEqual(['a', 'ab']);
  expect(new Set(asked.map(({ params }) => params.key))).toEqual(new Set(['search']));
  answers[1]!(found([match('docs', 1, 'ab here', [[0, 2]])]));
  answers[0]!(found([match('docs', 1, 'a lonely a', [[0, 1]])]));
  const rows = (await open.settle()).join('\n');
  expect(rows).toContain('ab here');
  expect(rows).not.toContain('lonely');
});

test('a search that takes long says so and does not hold up writing', async () => {
  searching(undefined, () => new Promise(() => {}));
  await open.press('/', ...'slow');
  expect((await open.press('e', 'r'))[1]).toContain('searching…');
  expect(open.screen.rows()[2]).toContain('/ slower');
});

test('hits are shown and counted while more are looked for', async () => {
  const asked = searching(undefined, () => new Promise(() => {}));
  await open.press('/', ...'ab');
  const tell = (result: unknown, ask = asked.at(-1)!) =>
    open.cockpit.bridge.parts.get(ask.params.part as string)?.(result as never);
  tell(found([]));
  await open.settle();
  expect((await open.settle()).join('\n')).not.toContain('Nothing matches');
  tell(found([match('docs', 1, 'ab here', [[0, 2]])]));
  let rows = await open.settle();
  expect(rows[1]).toContain('1 of 1 in 1 agent so far searching…');
  expect(rows.join('\n')).toContain('ab here');
  tell(found([match('docs', 1, 'ab here', [[0, 2]]), match('old', 7, 'ab there', [[0, 2]], { source: 'archive' })]));
  rows = await open.settle();
  expect(rows[1]).toContain('1 of 2 in 2 agents so far searching…');
  tell(found([match('docs', 1, 'a late one', [[0, 1]])]), asked[0]!);
  expect((await open.settle()).join('\n')).not.toContain('a late one');
});

test('a bad pattern is explained below the field, with its place marked', async () => {
  const error = new BooError('usage', 'the pattern is no regular expression: unterminated group at character 3');
  searching(undefined, () => {
    throw error;
  });
  const rows = await open.press('/', ...'ab(');
  const at = rows[2]!.indexOf('(');
  expect(rows[3]!.indexOf('^')).toBe(at);
  expect(rows.join('\n')).toContain('✖ the pattern is no regular expression: unterminated group at character 3.');
});

test('what failed while the daemon was gone is asked anew once it is there', async () => {
  let gone = true;
  searching(undefined, () => {
    if (gone) throw new BooError('no_daemon', 'the connection to the daemon is lost');
    return RESULT;
  });
  open.store.setData({ link: 'lost' });
  expect((await open.press('/', ...'Error')).join('\n')).toContain('✖ the connection to the daemon is lost.');
  gone = false;
  open.store.setData({ link: 'connected' });
  expect((await open.settle()).join('\n')).toContain('Error: no such file');
});

test('Enter goes to the line with its match marked, back returns to where one stood', async () => {
  searching();
  await open.press('/', ...'Error', 'Enter');
  await open.press('n');
  let rows = await open.press('Enter');
  expect(rows[1]).toMatch(/auth-fix .* HISTORY line .* of 2,000/);
  expect(rows.join('\n')).toMatch(/╰.*match 2 of 2/);
  const y = rows.findIndex((row) => row.includes('then Error: late') || row.includes('Error: late'));
  expect(y).toBeGreaterThan(0);
  const x = rows[y]!.indexOf('Error');
  expect(open.screen.cell(x, y).isInverse()).toBeTruthy();
  expect(open.screen.cell(x - 1, y).isInverse()).toBeFalsy();
  rows = await open.press('Escape');
  expect(rows[1]).toContain('Search');
  expect(rows.find((row) => row.includes('▸'))).toContain('1,204');
  // And out again to where the search was opened.
  rows = await open.press('Escape');
  expect(rows[1]).toContain('auth-fix · claude · boo/auth-fix');
  expect(open.store.getState().ui).toMatchObject({ view: 'output', focus: 'sessions' });
});

test('options change what is asked: case, text, agents, states, ended ones, lines around', async () => {
  const asked = searching();
  await open.press('/', 'x', 'M-c', 'M-r', 'M-a', 'M-=');
  expect(asked.at(-1)!.params).toMatchObject({
    pattern: { text: 'x', case: 'exact', fixed: true },
    all: true,
    before: 2,
    after: 2,
    agents: [],
    states: [],
  });
  await open.press('M-s');
  expect(asked.at(-1)!.params).toMatchObject({ agents: ['id-auth-fix'] });
  await open.press('M-s');
  expect(asked.at(-1)!.params).toMatchObject({ agents: [], states: ['waiting'] });
});

test('patterns of before come back with the arrows', async () => {
  const asked = searching();
  await open.press('/', ...'one', 'Enter', '/', 'C-u', ...'two', 'Enter', 'Escape', '/', 'C-u');
  const field = () => open.store.getState().ui.search.field.text;
  await open.press('Up');
  expect(field()).toBe('two');
  await open.press('Up', 'Up');
  expect(field()).toBe('one');
  expect((asked.at(-1)!.params.pattern as { text: string }).text).toBe('one');
  await open.press('Down', 'Down');
  expect(field()).toBe('');
});

test('the pattern of last time is selected: what is typed takes its place, a step within it keeps it', async () => {
  const asked = searching();
  const last = () => (asked.findLast(({ method }) => method === 'search')!.params.pattern as { text: string }).text;
  await open.press('/', ...'Error', 'Enter', 'Escape');
  await open.press('/', ...'lo');
  expect(last()).toBe('lo');
  await open.press('Enter', 'Escape', '/', 'End', 'g');
  expect(last()).toBe('log');
  await open.press('Enter', 'Escape', '/', 'BSpace');
  expect((await open.settle())[2]).toMatch(/│ \/ +│$/);
  await open.press(...'in');
  expect(last()).toBe('in');
});

test('lines that follow each other have no gap between them', async () => {
  const text = 'Error';
  const hits = [1, 2, 3].map((line) => match('docs', line, text, [[0, 5]], { before: [], after: ['next'] }));
  searching(undefined, () => found(hits));
  const rows = await open.press('/', ...text, 'Enter');
  expect(rows.join('\n')).toMatch(/ 4 +next/);
  expect(rows.join('\n')).not.toContain('⋯');
});

test('patterns that another cockpit has left are there, and it gets those of this one', async () => {
  open = drawn({ cols: 120, rows: 40 }, project());
  const asked = answering(open, {
    search: () => RESULT,
    'search.begin': () => ({ past: ['from before', 'older'] }),
    'search.remember': () => ({}),
  });
  const field = () => open.store.getState().ui.search.field.text;
  await open.press('/');
  await open.press('Up', 'Up');
  expect(field()).toBe('older');
  await open.press('C-u', ...'mine', 'Enter', '/', 'C-u', 'Up', 'Up');
  expect(field()).toBe('from before');
  const kept = asked.filter(({ method }) => method === 'search.remember');
  expect(kept.map(({ params }) => params.text)).toEqual(['mine']);
});

test('what agents print while results are seen comes in by itself, and the chosen match stays in its row', async () => {
  const line = (agent: string, number: number) => match(agent, number, `Error ${number}`, [[0, 5]]);
  const docs = Array.from({ length: 60 }, (_, i) => line('docs', i + 1));
  let result = found([]);
  let print: (() => void) | undefined;
  open = drawn({ cols: 120, rows: 40 }, project());
  const asked = answering(open, {
    search: () => result,
    'search.printed': ({ after }) =>
      after === null
        ? { count: 0 }
        : new Promise((resolve) => {
            print = () => resolve({ count: Number(after) + 1 });
          }),
  });
  const searches = () => asked.filter(({ method }) => method === 'search').length;
  const printed = async () => {
    const before = searches();
    await until('it waits for more', () => print);
    print!();
    print = undefined;
    await until('it was looked for again', () => searches() > before);
    return (await open.settle()).join('\n');
  };
  expect((await open.press('/', ...'Err')).join('\n')).toContain('Nothing matches');
  result = found(docs);
  expect(await printed()).toContain('1 of 60 in 1 agent');
  await open.press('Enter', ...'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn');
  const place = (rows: string[]) => rows.findIndex((row) => row.includes('▸'));
  const at = place(open.screen.rows());
  expect(open.screen.rows()[at]).toContain('Error 31');
  // An agent that stands above.
  result = found([...[1, 2, 3].map((number) => line('auth-fix', number)), ...docs, line('docs', 61)]);
  expect(await printed()).toContain('34 of 64 in 2 agents');
  expect(place(open.screen.rows())).toBe(at);
  expect(open.screen.rows()[at]).toContain('Error 31');
  // Away from the results nobody looks again.
  await until('it waits for more', () => print);
  await open.press('Escape');
  const before = searches();
  print!();
  await open.settle();
  expect(searches()).toBe(before);
});

test('a chosen match that newer ones push out of the answer stays; in place of one that is gone stands its neighbour', () => {
  const line = (number: number) => match('docs', number, `Error ${number}`, [[0, 5]]);
  const old = found([1, 2, 3].map(line));
  const newer = found([4, 5, 6].map(line), { total: 6, truncated: true });
  expect(renewed(old, 1, newer)).toMatchObject({
    index: 0,
    result: { matches: [2, 4, 5, 6].map((at) => ({ line: at })) },
  });
  expect(renewed(old, 1, found([1, 3, 4].map(line)))).toMatchObject({ index: 1, result: { total: 3 } });
  expect(renewed(old, 2, found([1, 2].map(line)))).toMatchObject({ index: 1 });
  expect(renewed(old, 2, found([]))).toMatchObject({ index: 0 });
});

test('what agents printed is shown without what could move the cursor', async () => {
  searching(undefined, () => found([match('docs', 1, 'a\x1b[2J\u202eError\x07', [[6, 11]])]));
  const rows = await open.press('/', 'E');
  expect(rows.find((row) => row.includes('▸'))).toMatch(/aError/);
});

test('the mouse chooses a match, once more goes there; the wheel goes from match to match', async () => {
  searching();
  await open.press('/', ...'Error');
  const rows = await open.settle();
  const y = rows.findIndex((row) => row.includes('Error: late'));
  open.screen.send(...click(60, y));
  await open.settle();
  expect(open.store.getState().ui.search).toMatchObject({ index: 1, writing: false });
  open.screen.send(
    ...click(
      60,
      (await open.settle()).findIndex((row) => row.includes('Error: late')),
    ),
  );
  expect((await open.settle())[1]).toContain('HISTORY');
});

test('saving asks the daemon; agents that have matched since are marked, and ! goes to the newest line', async () => {
  const asked = searching();
  await open.press('/', ...'Error', 'M-w');
  expect(asked.at(-1)).toEqual({
    method: 'search.save',
    params: { pattern: { text: 'Error', case: 'smart', fixed: false }, agents: [] },
  });
  await open.press('Escape');
  const alert = { search: 's1', line: 1500, text: 'line 1500', at: Date.now(), count: 3 };
  const data = project([...team, agent('web', 'idle', { alerts: [alert] })]);
  const pattern = { text: 'Error', case: 'smart', fixed: false } as const;
  data.project!.searches = [{ id: 's1', pattern, agents: [], createdAt: Date.now() - 60_000 }];
  open.store.setData(data);
  expect((await open.settle()).find((row) => row.includes('web'))).toContain('⌕3 found');
  expect((await open.press('S')).join('\n')).toContain('Error  ⌕ 3 found  smart case · regex · all agents');
  const rows = await open.press('Escape', '!');
  expect(rows[1]).toContain('web');
  expect(rows.join('\n')).toContain('line 1500');
});

test('a thousand keys are asked and drawn without a queue', async () => {
  const asked = searching();
  await open.press('/');
  const { renders } = open;
  for (let turn = 0; turn < 1000; turn++) open.screen.send(key('x'));
  await open.settle();
  expect(asked).toHaveLength(1000);
  // Frames are due every 33 ms however many keys come: a few renders of the panes that changed.
  expect(open.renders - renders).toBeLessThan(60);
});
