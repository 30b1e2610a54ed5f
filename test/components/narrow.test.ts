import { afterEach, describe, expect, test } from 'vitest';
import { commands } from '../../src/core/commands/table.ts';
import { drawn } from './cockpit.ts';
import { agent, project, reachable, team } from './sample.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open.close());

const SMALLEST = { cols: 40, rows: 10 };

test('who waits stands in the header of the smallest screen too', async () => {
  open = drawn(SMALLEST, project());
  expect((await open.settle())[0]).toContain('◆ 1');
});

test.each([40, 45, 80])('the key that ends typing is whole at %d columns, however long the name', async (cols) => {
  const data = reachable([agent('n'.repeat(40), 'running', { host: 'h1' })]);
  open = drawn({ cols, rows: 12 }, data);
  expect((await open.press('Enter')).at(-1)).toMatch(/TYPING to nn.*Ctrl-] stops/);
});

test('a question that does not fit can be read to its end before it is answered', async () => {
  open = drawn({ cols: 45, rows: 12 }, project());
  const seen = (await open.press('D')).join('\n');
  expect(seen).not.toContain('back.');
  expect((await open.press('NPage', 'NPage')).join('\n')).toContain('back.');
});

test('on a screen too small to draw, keys do nothing that cannot be seen', async () => {
  open = drawn({ cols: 39, rows: 9 }, project());
  await open.press('Q', 'y', 'D');
  expect(open.store.getState().ui.dialogs).toEqual([]);
  open.screen.resize({ cols: 80, rows: 24 });
  await open.press('D');
  open.screen.resize({ cols: 39, rows: 9 });
  await open.press('y');
  const dialog = open.store.getState().ui.dialogs[0]!;
  expect(dialog.kind === 'confirm' && dialog.busy).toBe(false);
});

describe('at 80 columns', () => {
  test('help shows every title whole', async () => {
    open = drawn({ cols: 80, rows: 20 + 2 * commands.length }, project());
    const help = (await open.press('?')).join('\n');
    for (const { title } of commands) expect(help).toContain(title);
  });

  test('the palette says the whole reason against the chosen command', async () => {
    open = drawn({ cols: 80, rows: 24 }, { ...project(team), link: 'lost' });
    const rows = await open.press(':', 'r', 'e', 's', 't', 'a', 'r', 't');
    expect(rows.join('\n')).toContain('the daemon is not connected; it is being started again');
  });
});

test('the sessions pane alone says why nobody can be typed to there', async () => {
  open = drawn({ cols: 80, rows: 24 }, project(), { pane: 'sessions' });
  expect((await open.press('Enter')).join('\n')).toContain('shows only the sessions');
});

test('moving among no agents says why', async () => {
  open = drawn({ cols: 80, rows: 24 }, project([]));
  expect((await open.press('j')).join('\n')).toContain('Down: there is no agent yet');
});
