import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { KeptLife } from '../../src/schema/history.ts';
import type { HistoryLine } from '../../src/schema/host.ts';
import { ensureFolder } from '../../src/storage/folder.ts';
import { listHistory, openHistory, writeHistory } from '../../src/storage/history.ts';
import { projectPaths } from '../../src/util/paths.ts';
import { mountSmall, unmount } from '../support/disk.ts';

const ID = '01900000-0000-7000-8000-000000000001';

function project(): string {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'history-'));
  ensureFolder(root);
  return root;
}

const life = (first: number, total: number, more: Partial<KeptLife> = {}): KeptLife => ({
  version: 1,
  agent: ID,
  name: 'one',
  runtime: 'shell',
  epoch: 1,
  startedAt: 1000,
  endedAt: 1_700_000_000_000,
  source: 'host',
  first,
  total,
  screen: {
    lines: ['last'],
    ansi: ['\x1b[1mlast\x1b[0m'],
    cursor: { x: 0, y: 0, visible: true, shape: 'block', blink: false },
    size: { cols: 80, rows: 24 },
    title: 'title',
  },
  marks: [],
  ...more,
});

const lineOf = (line: number): HistoryLine => ({
  line,
  at: 1000 + line,
  text: `line ${line} wörld 漢字 🙂`,
  ansi: `\x1b[0;31mline\x1b[0m ${line} wörld 漢字 🙂`,
});

function* pages(first: number, total: number) {
  for (let from = first; from <= total; from += 1000) {
    yield Array.from({ length: Math.min(1000, total - from + 1) }, (_, i) => lineOf(from + i));
  }
}

async function written(first: number, total: number) {
  const root = project();
  await writeHistory(root, life(first, total), pages(first, total));
  return { root, path: listHistory(root)[0]!.path };
}

async function numbers(root: string, from?: number): Promise<{ lines: number[]; notice: string | null }> {
  const kept = (await openHistory(root, ID, 1))!;
  const lines: number[] = [];
  for await (const block of kept.blocks(from)) lines.push(...block.map(({ line }) => line));
  const { notice } = kept;
  kept.close();
  return { lines, notice };
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

test('a life is read as it was written: every line, any page, styled and plain, and by zcat', async () => {
  const { root, path } = await written(501, 9500);
  const kept = (await openHistory(root, ID, 1))!;
  expect(kept.life).toEqual(life(501, 9500));
  expect(await kept.page({ from: null, count: 2, styled: true })).toEqual({
    lines: [lineOf(9499), lineOf(9500)],
    first: 501,
    total: 9500,
  });
  const { ansi: _, ...plain } = lineOf(4000);
  expect((await kept.page({ from: 4000, count: 1, styled: false })).lines).toEqual([plain]);
  expect((await kept.page({ from: 1, count: 3, styled: false })).lines.map(({ line }) => line)).toEqual([
    501, 502, 503,
  ]);
  expect((await kept.page({ from: 9501, count: 3, styled: false })).lines).toEqual([]);
  expect(kept.notice).toBeNull();
  kept.close();
  expect(await numbers(root)).toEqual({ lines: range(501, 9500), notice: null });
  expect(execFileSync('zcat', [path], { encoding: 'utf8', maxBuffer: 1e8 }).split('\n')).toHaveLength(9002);
});

test('a file is private, dated with the end of its life, and no other file is left beside it', async () => {
  const { root, path } = await written(1, 10);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(projectPaths(root).history).mode & 0o777).toBe(0o700);
  expect(listHistory(root)).toMatchObject([{ id: ID, epoch: 1, endedAt: 1_700_000_000_000 }]);
  const broken = async function* (): AsyncGenerator<HistoryLine[]> {
    yield [lineOf(1)];
    throw new Error('the host is gone');
  };
  await expect(writeHistory(root, life(1, 10), broken())).rejects.toThrow('the host is gone');
  expect(readdirSync(projectPaths(root).history)).toHaveLength(1);
  expect((await numbers(root)).lines).toEqual(range(1, 10));
});

test('a file that was cut off anywhere is read up to there, whole lines only, and it is said', async () => {
  const { root, path } = await written(1, 6000);
  const bytes = readFileSync(path);
  for (let cut = bytes.length - 1; cut > 600; cut -= 997) {
    writeFileSync(path, bytes.subarray(0, cut));
    const { lines, notice } = await numbers(root);
    expect(lines, `cut at ${cut}`).toEqual(range(1, lines.length));
    expect(notice).toMatch(/cut off/);
    const kept = (await openHistory(root, ID, 1))!;
    const last = await kept.page({ from: null, count: 3, styled: false });
    expect(
      last.lines.map(({ line }) => line),
      `cut at ${cut}`,
    ).toEqual(lines.slice(-3));
    kept.close();
  }
  // Nothing but its first bytes: as if it were not there.
  truncateSync(path, 20);
  expect(await openHistory(root, ID, 1)).toBeNull();
});

test('a damaged block costs its own lines alone', async () => {
  const { root, path } = await written(1, 6000);
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes.fill(0, middle, middle + 200);
  writeFileSync(path, bytes);
  const { lines, notice } = await numbers(root);
  expect(lines.slice(0, 2000)).toEqual(range(1, 2000));
  expect(lines.slice(-2000)).toEqual(range(4001, 6000));
  expect(notice).toMatch(/damaged/);
});

test('a life without a line, and one that is not there', async () => {
  const { root } = await written(1, 0);
  expect(await numbers(root)).toEqual({ lines: [], notice: null });
  expect(await openHistory(root, ID, 2)).toBeNull();
  expect(listHistory(project())).toEqual([]);
});

test('a life that finds room for a part of it alone is not kept at all', async (context) => {
  const root = project();
  const { history } = projectPaths(root);
  if (!mountSmall(history, '16k')) return context.skip('no small disk can be mounted here (needs root on Linux)');
  try {
    // One block of more than the disk has: the system takes what fits, and that is no error yet.
    const noise = Array.from({ length: 500 }, () => randomBytes(60).toString('base64'));
    const lines = noise.map((text, i) => ({ line: i + 1, at: 1000, text, ansi: text }));
    await expect(writeHistory(root, life(1, 500), [lines])).rejects.toThrow('ENOSPC');
    expect(readdirSync(history)).toEqual([]);
  } finally {
    unmount(history);
  }
});
