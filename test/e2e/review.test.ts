import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { boocode, json, program } from '../cli/boocode.ts';
import { makeRepository, sh } from '../support/repository.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';

/** More files than a toy: the least that a real repository is taken to have. */
const MANY = 2000;
const FILE = 'src/price.ts';
const NAMES = ['one', 'two', 'three', 'four'];
const close: (() => void)[] = [];
const roots: string[] = [];

afterEach(() => {
  for (const one of close.splice(0)) one();
  for (const root of roots.splice(0)) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

/** Sixty functions, so that agents can be far from each other in one file. */
const prices = Array.from(
  { length: 60 },
  (_, at) => `export function price${at + 1}(net: number) {\n  return net * ${at + 1};\n}\n`,
).join('\n');

interface Listed {
  name: string;
  worktree: string;
}

function world() {
  const root = realpathSync(makeRepository({ [FILE]: prices }, { many: MANY }));
  roots.push(root);
  for (const name of NAMES) expect(boocode(root, ['new', name, '--runtime', 'shell']).code).toBe(0);
  const { agents } = json<{ agents: Listed[] }>(root, 'ls');
  const path = (name: string) => join(agents.find((one) => one.name === name)!.worktree, FILE);
  const text = (name: string) => readFileSync(path(name), 'utf8');
  return {
    root,
    text,
    worktree: (name: string) => agents.find((one) => one.name === name)!.worktree,
    /** As the agent would: its price number `at` is computed in another way. */
    write: (name: string, at: number, how: string) =>
      writeFileSync(path(name), text(name).replace(`return net * ${at};`, `return ${how};`)),
  };
}

/** From the list of sessions, which has the keys, to one agent. */
async function select(cockpit: TestTerminal, name: string) {
  cockpit.type(`g${'j'.repeat(NAMES.indexOf(name))}`);
  await cockpit.shows(`╭ ${name} `);
}

test('four agents in one file: seen, decided hunk by hunk, forecast, merged in the suggested order', async () => {
  const { root, text, worktree, write } = world();
  const cockpit = openTerminal([process.execPath, program], { cwd: root, cols: 120, rows: 40 });
  close.push(cockpit.kill);
  await cockpit.shows(/○.*four/);

  // Two on the same lines, two in the same file apart: it stands there while one looks.
  cockpit.type('3');
  await cockpit.shows('Nobody collides');
  write('one', 3, 'net * 3 + 1');
  write('one', 4, 'net * 4 + 1');
  write('one', 20, 'net * 20 + tax');
  write('two', 20, 'net * 21');
  await cockpit.shows(/‼ same line +src\/price\.ts +(one .*two|two .*one)/);
  write('three', 35, 'net * 36');
  write('four', 55, 'net * 56');
  await cockpit.shows(/~ same file +src\/price\.ts +(three .*four|four .*three)/);
  await cockpit.shows(/✖ (one|two) +left over: conflicts in src\/price\.ts/);
  await cockpit.shows(/6 pairs share files, 1 in conflict/);

  // Into the review; the hunk with two edits is split, one of them is approved, the other rejected.
  cockpit.type('\x1b');
  await cockpit.hides('left over');
  await select(cockpit, 'one');
  cockpit.type('2\r');
  await cockpit.shows('hunk 1 of 2');
  cockpit.type('s');
  await cockpit.shows('hunk 1 of 3');
  cockpit.type('a');
  await cockpit.shows(/✓ approved[\s\S]*hunk 2 of 3|hunk 2 of 3[\s\S]*✓ approved/);
  cockpit.type('d');
  await cockpit.shows(/Reject the hunk at line 14 of/);
  cockpit.type('no surcharge here\r');
  await cockpit.shows(/Rejected the hunk at line 14/);
  await until('it is out of the worktree', () => !text('one').includes('net * 4 + 1'));
  expect(text('one')).toContain('net * 3 + 1');
  await cockpit.shows(/hunk \d of 2/);

  // Undone it is there again, byte for byte; rejected and written again it has returned.
  cockpit.type('U');
  await until('it is back', () => text('one').includes('net * 4 + 1'));
  await cockpit.shows(/hunk \d of 3/);
  cockpit.type('g]');
  await cockpit.shows('hunk 2 of 3');
  cockpit.type('d');
  await cockpit.shows(/Reject the hunk at line 14 of/);
  cockpit.type('\r');
  await until('it is out again', () => !text('one').includes('net * 4 + 1'));
  await cockpit.shows(/hunk \d of 2/);
  write('one', 4, 'net * 4 + 1');
  await cockpit.shows('↩ returned');

  // What is approved goes to the checkout, and back.
  cockpit.type('P');
  await cockpit.shows('Apply what is approved of one?');
  cockpit.type('\r');
  await cockpit.shows('Applied to');
  expect(readFileSync(join(root, FILE), 'utf8')).toBe(prices.replace('return net * 3;', 'return net * 3 + 1;'));
  cockpit.type('U');
  await cockpit.shows('Undone in');
  expect(sh(root, 'git', 'status', '--porcelain')).toBe('');

  // The rest is merged in the order that the forecast suggests; one of the two that collide is left over.
  const { order, remaining } = json<{ order: string[]; remaining: { agent: string }[] }>(root, 'forecast');
  expect(order).toHaveLength(3);
  expect(remaining).toHaveLength(1);
  cockpit.type('q');
  await cockpit.shows(/▸M src.price/);
  cockpit.type('q');
  await cockpit.hides('Changes · ');
  for (const name of order) {
    await select(cockpit, name);
    cockpit.type('M');
    await cockpit.shows(`Merge ${name} back`);
    cockpit.type('\r');
    await cockpit.shows(`✓ ${name} is merged into`);
    cockpit.type('\r');
    await cockpit.hides(`✓ ${name} is merged into`);
  }
  const left = remaining[0]!.agent;
  await select(cockpit, left);
  cockpit.type('M');
  await cockpit.shows(`Merge ${left} back`);
  cockpit.type('\r');
  await cockpit.shows(new RegExp(`✖ ${left} conflicts with`));
  cockpit.type('\r');

  // Git's own tools find nothing unexpected anywhere.
  const merged = readFileSync(join(root, FILE), 'utf8');
  for (const how of ['net * 36', 'net * 56']) expect(merged).toContain(how);
  for (const folder of [root, ...order.map(worktree)]) {
    expect(sh(folder, 'git', 'status', '--porcelain')).toBe('');
    expect(sh(folder, 'git', 'diff', 'HEAD')).toBe('');
    expect(sh(folder, 'git', 'stash', 'list')).toBe('');
  }
  expect(sh(worktree(left), 'git', 'status', '--porcelain')).toBe(` M ${FILE}\n`);
  expect(sh(root, 'git', 'fsck', '--no-dangling', '--no-progress')).toBe('');
  cockpit.type('q');
  expect(await cockpit.ended()).toBe(0);
});
