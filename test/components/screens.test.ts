import { afterEach, describe, expect, test } from 'vitest';
import { drawn } from './cockpit.ts';
import { project } from './sample.ts';
import { picture, still } from './still.ts';

let open: ReturnType<typeof drawn> | undefined;
afterEach(() => {
  open?.close();
  open = undefined;
});

describe.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 200, rows: 50 },
])('at $cols×$rows', (size) => {
  const name = (what: string) => `${what}-${size.cols}x${size.rows}`;

  test('a team at work', async () => {
    open = drawn(size, project());
    await picture(await open.settle(), name('team'));
  });

  test('nobody yet: how to begin, and with what', async () => {
    open = drawn(size, project([]));
    await picture(await open.settle(), name('empty'));
  });

  test('the dialogs', async () => {
    open = drawn(size, project());
    await picture(await open.press('n'), name('new'));
    await picture(await open.press('Escape', '?'), name('help'));
    await picture(await open.press('Escape', ':', 's', 't'), name('palette'));
    await picture(await open.press('Escape', 'x'), name('stop'));
  });

  test('tiles', async () => {
    open = drawn(size, project());
    await picture(await open.press('t'), name('tiles'));
  });
});

test('below 40×10 it says so in one line, and comes back', async () => {
  open = drawn({ cols: 80, rows: 24 }, project());
  const before = await open.settle();
  open.screen.resize({ cols: 30, rows: 8 });
  expect((await open.settle()).map((row) => row.trim()).filter(Boolean)).toEqual(['30×8 is too small; needs 40×10']);
  open.screen.resize({ cols: 80, rows: 24 });
  expect(still(await open.settle())).toBe(still(before));
});

test.each([
  [40, 10],
  [61, 13],
  [99, 24],
  [100, 10],
  [300, 100],
])('every row of %d×%d is exactly as wide as the screen', async (cols, rows) => {
  open = drawn({ cols, rows }, project());
  const lines = await open.settle();
  expect(lines).toHaveLength(rows);
  for (const line of lines.slice(1, -1)) expect(line).toMatch(/^[╭│╰].*[╮│╯]$/u);
  expect(lines[1]!.at(-1)).toBe('╮');
  expect([...lines[1]!]).toHaveLength(cols);
});

test('one pane alone uses the same drawing', async () => {
  open = drawn({ cols: 60, rows: 12 }, project(), { pane: 'sessions' });
  const rows = await open.settle();
  expect(rows[0]).toMatch(/^╭ Sessions 5 ─+╮$/);
  expect(rows.join('\n')).toContain('◆ auth-fix');
});
