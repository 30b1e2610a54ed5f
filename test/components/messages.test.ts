import { afterEach, expect, test } from 'vitest';
import { drawn } from './cockpit.ts';
import { agent, project, reachable } from './sample.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open.close());

const LONG =
  'The worktree of auth-fix could not be made: the branch boo/auth-fix is checked out in /home/somebody/the-other-shop already. ' +
  'Remove that worktree with git worktree remove, or give the agent another name.';
const flat = (rows: string[]) =>
  rows
    .map((row) => row.replaceAll(/[│╭╮╰╯─]/g, ' '))
    .join(' ')
    .replaceAll(/\s+/g, ' ');

test.each([
  [80, 24],
  [120, 40],
  [45, 12],
])('a message that needs more than the bottom line is shown whole at %d×%d', async (cols, rows) => {
  open = drawn({ cols, rows }, project());
  open.store.say('error', LONG);
  const screen = await open.settle();
  expect(flat(screen)).toContain(LONG);
  expect(flat(screen)).toContain('error');
  expect(screen.at(-1)).toContain('? help');
  expect(flat(await open.press('j'))).not.toContain('another name');
});

test('while somebody types, a long message leaves the bottom line and the lines above it alone', async () => {
  const data = reachable([agent('one', 'running', { host: 'h1' })]);
  open = drawn({ cols: 80, rows: 24 }, data);
  await open.press('Enter');
  open.store.say('warning', LONG);
  const screen = await open.settle();
  expect(flat(screen.slice(0, 8))).toContain(LONG);
  expect(screen.at(-1)).toContain('TYPING to one');
});

test('while somebody types, a short message stands in the header, and who gets the keys is still said', async () => {
  const data = reachable([agent('one', 'running', { host: 'h1' })]);
  open = drawn({ cols: 80, rows: 24 }, data);
  await open.press('Enter');
  open.store.say('info', 'Something happened elsewhere.');
  const screen = await open.settle();
  expect(screen[0]).toMatch(/✓ Something happened elsewhere\. +\d\d:\d\d/);
  expect(screen.at(-1)).toContain('TYPING to one');
});

test('a message that no screen has room for says where it is whole', async () => {
  open = drawn({ cols: 40, rows: 10 }, project());
  open.store.say('error', LONG.repeat(3));
  expect(flat(await open.settle())).toContain('l messages');
});
