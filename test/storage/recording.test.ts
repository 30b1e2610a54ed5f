import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CastEvent, PART_BEGINS } from '../../src/schema/recording.ts';
import { ensureFolder } from '../../src/storage/folder.ts';
import { listRecordings, openCast, recordingOf } from '../../src/storage/recording.ts';
import { projectPaths } from '../../src/util/paths.ts';

const header = (cols = 80, rows = 24) => JSON.stringify({ version: 3, term: { cols, rows }, timestamp: 1_700_000_000 });
const event = (after: number, code: string, data: string) => JSON.stringify([after, code, data]);

function write(name: string, lines: string[], end = '\n'): string {
  const path = join(mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'cast-')), name);
  writeFileSync(path, lines.join('\n') + end);
  return path;
}

async function all(paths: string[]) {
  const cast = await openCast(paths);
  const events: CastEvent[] = [];
  for await (const batch of cast.events) events.push(...batch);
  return { header: cast.header, events, notice: cast.notice };
}

const told = (events: CastEvent[]) => events.map(({ after, code, data }) => [after, code, data]);

test('parts are joined: one header, no repeated screens, no lost time, sizes that changed between them', async () => {
  const old = write('a', [header(), event(1, 'o', 'one'), event(1, 'r', '90x30'), event(2, 'o', 'two')]);
  const begins = `# ${PART_BEGINS}`;
  const next = write('b', [header(90, 30), begins, event(0.5, 'o', 'THE SCREEN'), '# a note', event(1, 'o', 'three')]);
  const last = write('c', [header(100, 30), event(1, 'o', 'four'), event(0, 'x', '0')]);
  const { header: first, events, notice } = await all([old, next, last]);
  expect(first.term).toMatchObject({ cols: 80, rows: 24 });
  expect(told(events)).toEqual([
    [1, 'o', 'one'],
    [1, 'r', '90x30'],
    [2, 'o', 'two'],
    [1.5, 'o', 'three'],
    [0, 'r', '100x30'],
    [1, 'o', 'four'],
    [0, 'x', '0'],
  ]);
  expect(notice).toBeNull();
  // When the oldest parts are gone, the screen that the next one begins with is where the film begins.
  expect(told((await all([next])).events)[0]).toEqual([0.5, 'o', 'THE SCREEN']);
});

test('a recording cut off in a line or in a character plays up to there, and it is said', async () => {
  const path = write('cut', [header(), event(1, 'o', 'erste'), event(1, 'o', 'zweite grün')]);
  const bytes = readFileSync(path);
  const inCharacter = bytes.lastIndexOf(Buffer.from('ü')) + 1;
  for (const cut of [bytes.length - 1, bytes.length - 5, inCharacter]) {
    writeFileSync(path, bytes.subarray(0, cut));
    const { events, notice } = await all([path]);
    expect(told(events), `cut at ${cut}`).toEqual([[1, 'o', 'erste']]);
    expect(notice).toBe('it is cut off at its end');
  }
});

test('damaged lines are left out, a part without a beginning too, nothing at all is an error', async () => {
  const path = write('bad', [
    header(),
    event(1, 'o', 'a'),
    '{"no": "event"}',
    '[-1,"o","x"]',
    'rubbish',
    event(1, 'o', 'b'),
  ]);
  const { events, notice } = await all([path, write('empty', ['not a header', event(1, 'o', 'c')])]);
  expect(events.map(({ data }) => data)).toEqual(['a', 'b']);
  expect(notice).toMatch(/left out/);
  await expect(openCast([write('none', ['[]'])])).rejects.toMatchObject({ code: 'failed' });
});

test('the parts of a life are found in the order in which they were written', () => {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'casts-'));
  ensureFolder(root);
  const folder = projectPaths(root).recordings;
  for (const name of ['id-1.1.cast', 'id-1.1.cast.1', 'id-1.1.cast.10', 'id-1.2.cast', 'other.txt'])
    appendFileSync(join(folder, name), 'x');
  expect(recordingOf(root, 'id-1', 1).map((path) => path.slice(folder.length + 1))).toEqual([
    'id-1.1.cast.10',
    'id-1.1.cast.1',
    'id-1.1.cast',
  ]);
  expect(listRecordings(root)).toHaveLength(4);
});
