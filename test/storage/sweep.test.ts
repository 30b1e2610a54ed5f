import { mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureFolder } from '../../src/storage/folder.ts';
import { sweepKept } from '../../src/storage/sweep.ts';
import { projectPaths } from '../../src/util/paths.ts';

/** Files of 1000 bytes each, dated in this order. */
function project(names: string[]): string {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'sweep-'));
  ensureFolder(root);
  const paths = projectPaths(root);
  names.forEach((name, i) => {
    const folder = name.includes('.cast') ? paths.recordings : name.endsWith('.gz') ? paths.history : paths.sessions;
    writeFileSync(join(folder, name), 'x'.repeat(1000));
    utimesSync(join(folder, name), new Date(), new Date(1e12 + i * 1000));
  });
  return root;
}

const left = (root: string) => {
  const { sessions, history, recordings } = projectPaths(root);
  return [sessions, history, recordings].flatMap((folder) => readdirSync(folder)).sort();
};

const NAMES = [
  'living.1.jsonl.gz',
  'old.1.jsonl.gz',
  'completed-removed.jsonl',
  'removed.1.jsonl.gz',
  'completed-listed.jsonl',
  'new.1.jsonl.gz',
  'living.2.cast',
  'old.1.cast.1',
  'old.1.cast',
  'new.1.cast',
];
const who = { isLiving: (id: string) => id === 'living', isListed: (id: string) => id !== 'removed' };
const sweep = (root: string, historyBytes: number, recordingBytes: number) =>
  sweepKept({ root, ...who, historyBytes, recordingBytes });

test('nothing goes while there is room', () => {
  const root = project(NAMES);
  expect(sweep(root, 5000, 4000)).toEqual([]);
  expect(left(root)).toEqual([...NAMES].sort());
});

test('the oldest ended goes first, records of removed agents count, those of listed ones stay', () => {
  const root = project(NAMES);
  sweep(root, 3000, 4000);
  expect(left(root)).not.toContain('old.1.jsonl.gz');
  expect(left(root)).not.toContain('completed-removed.jsonl');
  expect(left(root)).toContain('removed.1.jsonl.gz');
  sweep(root, 0, 1500);
  expect(left(root)).toEqual(['completed-listed.jsonl', 'living.1.jsonl.gz', 'living.2.cast']);
});

test('of a recording its oldest part goes first', () => {
  const root = project(NAMES);
  sweep(root, 5000, 3000);
  expect(left(root)).not.toContain('old.1.cast.1');
  expect(left(root)).toContain('old.1.cast');
});
