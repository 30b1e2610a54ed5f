import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readPattern } from '../../src/core/search/pattern.ts';
import type { Pattern } from '../../src/schema/search.ts';
import { createEmulator } from '../support/emulator.ts';
import { frameOf } from '../support/frames.ts';
import { answering, found, match, pagesOf } from './answers.ts';
import { drawn } from './cockpit.ts';
import { agent, project, reachable } from './sample.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open.close());

/** auth-fix has printed 500 lines, of which line 300 is long and line 301 wide. */
const TEXTS: Record<number, string> = { 300: `${'long '.repeat(60)}end`, 301: '世界'.repeat(50), 302: 'שלום עולם' };
const text = (line: number) => TEXTS[line] ?? `line ${line}`;
function reading(size = { cols: 120, rows: 40 }, answers = {}) {
  open = drawn(size, project());
  const printed = { total: 500 };
  const asked = answering(open, {
    'agent.history': pagesOf(() => printed.total, text) as never,
    'agent.marks': () => ({ marks: [{ line: 120, at: 0, kind: 'prompt', text: 'fix the login' }] }),
    search: () => found([match('auth-fix', 250, 'line 250', [[0, 4]]), match('auth-fix', 260, 'line 260', [[0, 4]])]),
    ...answers,
  });
  return { asked, printed };
}
const still = (rows: string[]) =>
  `${rows
    .join('\n')
    .replaceAll(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '⠋')
    .replaceAll(/\d\d:\d\d:\d\d/g, 'hh:mm:ss')
    .replaceAll(/\d\d:\d\d(?=\s*$)/gm, 'hh:mm')}\n`;

describe.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 200, rows: 50 },
])('at $cols×$rows', (size) => {
  const picture = (rows: string[], name: string) => {
    return expect(still(rows)).toMatchFileSnapshot(`golden/${name}-${size.cols}x${size.rows}.txt`);
  };

  test('scrolled back, and at a match', async () => {
    reading(size);
    await picture(await open.press('h'), 'history');
    await open.press('/', ...'line 2[56]0');
    await picture(await open.press('Enter'), 'history-match');
  });

  test('a pattern that is none, or that takes too long, is said', async () => {
    const search = ({ pattern }: { pattern: Pattern }) => {
      readPattern(pattern);
      const late = 'the pattern took too long: a part of its output was not looked at';
      return found([], { lost: [{ agent: 'auth-fix', reason: late }] });
    };
    reading(size, { search });
    await open.press('h');
    expect((await open.press('/', ...'[z')).join('\n')).toContain('✖ no regular expression: unterminated character');
    expect((await open.press('BSpace', 'BSpace', ...'(a+)+$')).join('\n')).toContain(
      'the pattern took too long: a part of',
    );
  });

  test('long and wide lines are folded, right-to-left text stands in its order', async () => {
    reading(size);
    await open.press('h');
    // Each page up keeps a row in sight: up until line 302 is there, then rows down until it is the lowest.
    let rows = await open.press('g');
    for (let turn = 0; turn < 60 && !rows.some((row) => row.includes('שלום')); turn++) rows = await open.press('NPage');
    await picture(rows, 'history-folded');
  });
});

test('what is found while one writes is gone to at once; Escape goes back to where one stood', async () => {
  reading();
  await open.press('h');
  const before = await open.press('PPage');
  const rows = await open.press('/', ...'line');
  expect(rows.at(-1)).toContain('/ line');
  expect(rows.join('\n')).toContain('match 2 of 2');
  expect(rows.join('\n')).toContain('line 260 ');
  expect(
    still(await open.press('Escape'))
      .split('\n')
      .slice(1, -2),
  ).toEqual(still(before).split('\n').slice(1, -2));
});

test('[ goes to the prompt before, and says what it was', async () => {
  reading();
  await open.press('h');
  const rows = await open.press('[');
  expect(rows[2]).toContain('line 120 ');
  expect(rows.join('\n')).toMatch(/╰.*prompt at \d\d:\d\d: fix the login/);
});

test('selected lines are copied whole, folded ones too', async () => {
  reading();
  await open.press('h');
  await open.press('/', 'l');
  await open.press('Enter');
  await open.press('v', 'j', 'y');
  expect(open.screen.copied).toEqual(['line 260\nline 261']);
  expect((await open.settle()).at(-1)).toContain('Copied 2 lines');
  expect((await open.press('y')).join('\n')).toContain('nothing is selected: v begins a selection');
});

test('a line that the live screen wraps is copied whole, while the screen is the one that is seen', async () => {
  const rows = ['begins above', 'a'.repeat(20), 'and the end', 'next'];
  let lines = [...rows];
  const data = reachable([agent('auth-fix', 'running', { host: 'h1', epoch: 1 })]);
  open = drawn({ cols: 120, rows: 40 }, data);
  answering(open, {
    'agent.history': pagesOf(() => 500, text) as never,
    'agent.screen': () => ({
      lines,
      wrapped: [true, false, true, false],
      open: 'what ',
      ansi: null,
      cursor: { x: 0, y: 3 },
      size: { cols: 20, rows: 4 },
      title: '',
    }),
  });
  const emulator = createEmulator(20, 4);
  await emulator.write(rows.map((row, y) => `\x1b[${y + 1};1H${row}`).join(''));
  await open.settle();
  const grid = open.terminals.grid('id-auth-fix.1');
  grid!.apply(frameOf(emulator, { version: 1, scroll: 0, full: true }));
  await open.press('h');
  await open.press('v', 'G');
  await open.press('y');
  const copied = () => open.screen.copied.at(-1)!.split('\n').slice(-4);
  expect(copied()).toEqual(['line 500', 'what begins above', `${'a'.repeat(20)}and the end`, 'next']);
  lines = ['it', 'has', 'moved', 'on'];
  await open.press('h');
  await open.press('v', 'G');
  await open.press('y');
  expect(copied()).toEqual(rows);
});

test('selected lines are written to a file for this user alone; a file that is there is replaced only when asked twice', async () => {
  reading();
  const path = join(mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'w-')), 'out.txt');
  const write = async () => {
    await open.press('v', 'k', 'k', 'w', 'C-u', ...path);
    return open.press('Enter');
  };
  await open.press('h');
  await write();
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, 'mine\n');
  expect((await write()).join('\n')).toMatch(/is\W+there\W+already\W+Enter\W+once\W+more\W+replaces\W+it/);
  expect(readFileSync(path, 'utf8')).toBe('mine\n');
  // Another path is another question.
  await open.press('.');
  await open.press('BSpace');
  await open.press('Enter');
  expect(readFileSync(path, 'utf8')).not.toBe('mine\n');
  expect(existsSync(`${path}.`)).toBe(false);
});

test('typing, another agent, or Escape lead back to the live screen; the wheel begins to read', async () => {
  reading();
  await open.press('h');
  await open.press('BTab');
  expect((await open.press('j'))[1]).toContain('api-tests · codex · boo/api-tests');
  expect(open.store.getState().ui.reading).toBeNull();
  await open.press('k', 'h');
  expect((await open.press('Escape'))[1]).not.toContain('HISTORY');
});

test('scrolling renders no more of Ink than the frame needs, and asks for pages, not for lines', async () => {
  // A tall screen: four thousand lines in forty pages.
  const { asked, printed } = reading({ cols: 120, rows: 100 });
  printed.total = 1_000_000;
  await open.press('h');
  const { renders } = open;
  for (let turn = 0; turn < 40; turn++) await open.press('PPage');
  expect(open.store.getState().ui.reading!.lines.length).toBeLessThanOrEqual(2000);
  expect(asked.filter(({ method }) => method === 'agent.history').length).toBeLessThanOrEqual(6);
  expect(open.renders - renders).toBeLessThanOrEqual(80);
  expect(open.screen.rows()[1]).toMatch(/HISTORY line 99\d,\d\d\d of 1,000,000/);
});
