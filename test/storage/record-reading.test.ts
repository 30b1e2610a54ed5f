import { appendFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureFolder } from '../../src/storage/folder.ts';
import { createRecord } from '../../src/storage/record.ts';
import { linesAt, readOn } from '../../src/storage/record-reading.ts';
import { projectPaths } from '../../src/util/paths.ts';

const ID = '019a0000-0000-7000-8000-000000000001';

function recordOf(...titles: string[]) {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'reading-'));
  ensureFolder(root);
  const record = createRecord({ root, id: ID });
  for (const title of titles) record.append({ type: 'title', at: 1, epoch: 1, title });
  return { root, file: record.file, record, path: join(projectPaths(root).sessions, record.file) };
}

async function read(root: string, file: string, from = 0, wanted = (_text: string) => true) {
  const lines: { seq: number; title: string; place: number }[] = [];
  let end = from;
  for await (const stretch of readOn({ root, file, from, wanted })) {
    for (const { line, place } of stretch.lines)
      lines.push({ seq: line.seq, title: line.event.type === 'title' ? line.event.title : '', place });
    end = stretch.end;
  }
  return { lines, end };
}

test('a record is read whole and on, whatever the length of its lines and wherever a character is cut', async () => {
  const long = ['ä€😀'.repeat(60_000), 'b', 'ö'.repeat(700_001), ''];
  const { root, file, record, path } = recordOf(...long);
  const whole = await read(root, file);
  expect(whole.lines.map(({ title }) => title)).toEqual(long);
  record.append({ type: 'title', at: 1, epoch: 1, title: 'next' });
  appendFileSync(path, '{"seq":6,"event":{"type":"title","at":1,"epoch":1,"title":"half');
  const more = await read(root, file, whole.end);
  expect(more.lines.map(({ title }) => title)).toEqual(['next']);
  appendFileSync(path, '"}}\n');
  expect((await read(root, file, more.end)).lines.map(({ title }) => title)).toEqual(['half']);
  const places = [...whole.lines, ...more.lines].map(({ place }) => place);
  const again = await linesAt(root, file, places.toReversed());
  expect(again.map((line) => line?.seq)).toEqual([5, 4, 3, 2, 1]);
  expect(await linesAt(root, file, [places[1]! + 1, 99_999_999])).toEqual([undefined, undefined]);
  record.close();
});

test('of a record that is not there nothing is read, and what is not wanted is not parsed', async () => {
  const { root, file } = recordOf('one', 'two');
  expect(await read(root, 'running-nobody.jsonl')).toEqual({ lines: [], end: 0 });
  expect((await read(root, file, 0, (text) => text.includes('two'))).lines.map(({ seq }) => seq)).toEqual([2]);
});
