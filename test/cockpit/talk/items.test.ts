import { expect, test } from 'vitest';
import { rowWidth, textOf } from '../../../src/cockpit/views/span.ts';
import { entriesOf, laidEntry } from '../../../src/cockpit/views/talk/entries.ts';
import { laidItem } from '../../../src/cockpit/views/talk/laid.ts';
import type { Item } from '../../../src/core/talk/items.ts';
import { Talk } from '../../../src/core/talk/talk.ts';
import { DIFF, ended, finished, lines, said, session, started, type Told, turn } from '../../core/talk/sessions.ts';
import { createRandom } from '../../support/random.ts';

const itemsOf = (told: readonly Told[]) => {
  const talk = new Talk();
  talk.append(lines(told));
  return talk.items;
};
const drawn = (item: Item, open: 'shut' | 'open' | 'whole' = 'shut', width = 60) =>
  laidItem(item, { width, open, root: '' }).rows.map((row) => textOf(row).trimEnd());

test('a call is a line with its state, what it changed and how long it took; unfolded all of it', () => {
  const [edit, failed, runs] = itemsOf([
    started('a', 1, { tool: 'Edit', kind: 'edit', title: 'src/auth.ts' }),
    finished('a', { diff: DIFF, output: 'The file was updated.' }),
    started('b', 1),
    finished('b', { outcome: 'failed', output: '', error: 'exit code 1\nmore', durationMs: 65_000 }),
    started('c', 1),
  ]) as [Item, Item, Item];
  expect(drawn(edit)).toEqual(['✓ Edit  src/auth.ts  +1 −1                              1.2s']);
  expect(drawn(edit, 'open')).toEqual([
    '✓ Edit  src/auth.ts  +1 −1                              1.2s',
    '│ src/auth.ts',
    '│ @@ -1,4 +1,4 @@',
    "│ 1  import { log } from './log.ts';",
    '│ 2 -const tries = 3;',
    '│ 2 +const tries = 5; // as agreed',
    '│ 3  export const limit = () => tries;',
    '│ 4  log(limit());',
    '│',
    '│ The file was updated.',
  ]);
  expect(drawn(failed)).toEqual(['✖ Bash  npm test                                failed 1m 5s', '  exit code 1']);
  expect(drawn(failed, 'open')).toContain('│ $ npm test');
  expect(laidItem(runs, { width: 60, open: 'shut', root: '' }).moving.map(({ kind }) => kind)).toEqual([
    'spinner',
    'since',
  ]);
});

test('an output of a megabyte is shown in part, and counted', () => {
  const output = Array.from({ length: 50_000 }, (_, n) => `line ${n}`).join('\n');
  const [tool] = itemsOf([started('a', 1), finished('a', { output })]) as [Item];
  const rows = drawn(tool, 'open');
  expect(rows.length).toBeLessThan(50);
  expect(rows).toContain('│ … 49,968 more lines: o shows them');
  expect(rows.at(-1)).toBe('│ line 49999');
});

test('what a command printed stands as it is, line by line, and in part where it is long', () => {
  const output = Array.from({ length: 100 }, (_, n) => `${n}. *a*  b`).join('\n');
  const [item] = itemsOf([{ ...said(output), plain: true } as Told]) as [Item];
  expect(drawn(item).slice(0, 2)).toEqual(['0. *a*  b', '1. *a*  b']);
  expect(drawn(item)).toContain('… 68 more lines: o shows them');
  expect(drawn(item, 'whole')).toEqual(output.split('\n'));
});

test('a single row that is left out is one row', () => {
  const prompt = Array.from({ length: 13 }, (_, n) => `line ${n}`).join('\n');
  const [item] = itemsOf([turn(1, prompt)]) as [Item];
  expect(drawn(item).at(-1)).toBe('  … 1 more row: o shows it');
});

test('the end of a turn says what it took, or why it failed', () => {
  const tokens = { input: 11_000, output: 1000, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
  const provenance = { tokens: 'reported', cost: 'reported' } as const;
  const items = itemsOf([
    turn(1, 'x'),
    { type: 'used', turn: 1, key: 'k', model: null, tokens, usd: 0.04, provenance },
    ended(1),
    turn(2, 'y'),
    ended(2, { outcome: 'failed', message: 'The provider is overloaded', durationMs: 900 }),
  ]);
  expect(drawn(items[1]!)).toEqual(['── turn 1 · 41s · 12k tok · $0.04 ──']);
  expect(drawn(items[3]!)).toEqual(['✖ turn 2 failed: The provider is overloaded', '── 0.9s ──']);
});

/** Texts that try to leave their cells. */
const NASTY = [
  '\x1b[2J\x1b]0;owned\x07',
  '\x1b]52;c;cm0gLXJm\x07',
  '\u202eabc\u2066',
  'a\rb\bc\x00',
  '\x9b31m',
  '日本語'.repeat(30),
  '👩‍👩‍👧‍👦'.repeat(9),
  'e\u0301'.repeat(50),
  `\`\`\`ts\n\x1b[31m${'x'.repeat(300)}\n`,
  `| ${'\x1b[1m|'.repeat(12)}\n|-|-|`,
  `${'>'.repeat(9)} ${'- '.repeat(9)} x`,
  '\t\ttabs\tinside',
  `[x](\x1b]8;;http://evil\x07)`,
];

test('nothing that is said writes control characters or beyond its width', () => {
  const random = createRandom(11);
  const text = () =>
    Array.from({ length: 1 + random.below(5) }, () => random.pick(NASTY)).join(random.pick(['\n', ' ', '\n\n']));
  for (let round = 0; round < 150; round++) {
    const approval = {
      id: `a${round}`,
      tool: text(),
      title: text(),
      input: text(),
      command: text(),
      diff: null,
      reason: text(),
    };
    const items = itemsOf([
      turn(round, text()),
      said(text()),
      { type: 'thought', item: 't', text: text() },
      started('a', round, { tool: text(), title: text(), input: text(), locations: [{ path: text(), line: 1 }] }),
      said(text(), 'inner', 'a'),
      finished('a', {
        output: text(),
        error: text(),
        diff: `--- a/${text()}\n+++ b/x\n@@ -1 +1,9 @@\n-${text()}\n+${text()}`,
      }),
      { type: 'planned', entries: [{ text: text(), status: 'running' }] },
      { type: 'raw', stream: 'stdout', why: 'text', text: text() },
      { type: 'asked', approval: approval as never },
      { type: 'startFailed', message: text() },
      ended(round, { outcome: 'failed', message: text() }),
    ]);
    const width = 12 + random.below(80);
    for (const fold of ['shut', 'open', 'whole'] as const) {
      for (const entry of entriesOf(items, { folds: {}, fold })) {
        const { rows } = laidEntry(entry, width);
        for (const row of rows) {
          expect(textOf(row)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          expect(rowWidth(row), JSON.stringify(row)).toBeLessThanOrEqual(width);
        }
      }
    }
  }
});

test('a message that grows is drawn as it is drawn whole', () => {
  const random = createRandom(5);
  const whole = session(60, 3)
    .flatMap(({ event }) => (event.type === 'said' ? [event.text] : []))
    .join('\n\n');
  const text = `${whole.slice(0, 1500)}\n\n> quote\n\n- a\n\n  b\n- c\n\nthe end`;
  const talk = new Talk();
  for (let at = 0; at < text.length; ) {
    const next = at + 1 + random.below(30);
    talk.delta({ item: 'm', kind: 'said', text: text.slice(at, next) }, 0);
    laidItem(talk.live[0]!, { width: 50, open: 'shut', root: '' });
    at = next;
  }
  expect(drawn(talk.live[0]!, 'shut', 50)).toEqual(drawn({ ...talk.live[0]!, live: false }, 'shut', 50));
});

test("paths below the agent's own folder are shown without it", () => {
  const root = '/data/worktrees/auth-fix';
  const items = itemsOf([
    started('a', 1, { tool: 'Edit', kind: 'edit', title: `Edit ${root}/src/auth.ts` }),
    finished('a', { diff: DIFF.replaceAll('src/auth.ts', `${root.slice(1)}/src/auth.ts`), output: '' }),
  ]);
  const [entry] = entriesOf(items, { folds: {}, fold: 'open' }, root);
  const rows = laidEntry(entry!, 80).rows.map((row) => textOf(row).trimEnd());
  expect(rows.slice(0, 2)).toEqual([expect.stringMatching(/^✓ Edit {2}src\/auth\.ts {2}\+1 −1 /), '│ src/auth.ts']);
});
