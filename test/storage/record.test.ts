import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../src/schema/event.ts';
import { ensureFolder } from '../../src/storage/folder.ts';
import { createRecord, openRecord, readRecord } from '../../src/storage/record.ts';
import { listRecords } from '../../src/storage/record-files.ts';
import { projectPaths } from '../../src/util/paths.ts';

const ID = '019a0000-0000-7000-8000-000000000001';
const title = (text: string): AgentEvent => ({ type: 'title', at: 1, epoch: 1, title: text });
let root: string;
let sessions: string;

beforeEach(() => {
  root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'record-'));
  ensureFolder(root);
  sessions = projectPaths(root).sessions;
});

describe('a session record', () => {
  test('numbers its events, can be read while it is written, and is this user’s alone', () => {
    const record = createRecord({ root, id: ID });
    expect([record.append(title('a')), record.append(title('b\n"ü"')), record.seq]).toEqual([1, 2, 2]);
    expect(readRecord({ root, id: ID, after: 0 })).toEqual([
      { seq: 1, event: title('a') },
      { seq: 2, event: title('b\n"ü"') },
    ]);
    expect(readRecord({ root, id: ID, after: 1 })).toHaveLength(1);
    expect(statSync(join(sessions, record.file)).mode & 0o777).toBe(0o600);
    expect(() => createRecord({ root, id: ID })).toThrow('already');
    record.close();
  });

  test('is made again as it was, and goes on, when somebody has taken its file away', () => {
    const record = createRecord({ root, id: ID });
    record.append(title('a'));
    expect(record.remake()).toBe(false);
    const before = readFileSync(join(sessions, record.file), 'utf8');
    rmSync(sessions, { recursive: true });
    record.setState('running');
    record.append(title('b'));
    expect(() => record.remake()).toThrow(/^the record of \S+ was taken away and could not be made again: no such/);
    ensureFolder(root);
    expect(record.remake()).toBe(true);
    expect(record.append(title('c'))).toBe(3);
    expect(readdirSync(sessions)).toEqual([`running-${ID}.jsonl`]);
    const path = join(sessions, record.file);
    expect(readFileSync(path, 'utf8')).toMatch(before);
    expect(readRecord({ root, id: ID, after: 0 }).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    // An older copy in its place is none: what is open knows all.
    rmSync(path);
    writeFileSync(path, before);
    expect(record.remake()).toBe(true);
    expect(readRecord({ root, id: ID, after: 0 })).toHaveLength(3);
    record.close();
  });

  test('cannot be begun without its folder, in a sentence; begun again it counts on', () => {
    rmSync(sessions, { recursive: true });
    expect(() => createRecord({ root, id: ID })).toThrow(/^the record of \S+ could not be begun: no such/);
    ensureFolder(root);
    const record = createRecord({ root, id: ID, after: 7 });
    expect(record.append(title('a'))).toBe(8);
    record.close();
  });

  test('carries the state in its name and is found under any', () => {
    const record = createRecord({ root, id: ID });
    record.append(title('a'));
    record.setState('running');
    record.setState('running');
    record.append(title('b'));
    record.setState('timed_out');
    expect(record.file).toBe(`timed_out-${ID}.jsonl`);
    expect(readdirSync(sessions)).toEqual([record.file]);
    expect(listRecords(root)).toEqual([{ id: ID, state: 'timed_out', file: record.file }]);
    record.close();
    const again = openRecord({ root, id: ID })!;
    expect(again.append(title('c'))).toBe(3);
    again.close();
    expect(openRecord({ root, id: 'unknown' })).toBeNull();
    expect(readRecord({ root, id: 'unknown', after: 0 })).toEqual([]);
  });

  test('loses at most the torn end, which is kept and said', () => {
    const record = createRecord({ root, id: ID });
    record.append(title('a'));
    record.close();
    const path = join(sessions, record.file);
    appendFileSync(path, '{"seq":2,"event":{"type":"tit');
    expect(readRecord({ root, id: ID, after: 0 })).toHaveLength(1);
    const notices: string[] = [];
    const again = openRecord({ root, id: ID, onNotice: (text) => notices.push(text) })!;
    expect(notices).toEqual([expect.stringContaining(`${path}.torn`)]);
    expect(readFileSync(`${path}.torn`, 'utf8')).toBe('{"seq":2,"event":{"type":"tit');
    expect(again.append(title('b'))).toBe(2);
    again.close();
    expect(readRecord({ root, id: ID, after: 0 }).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('keeps a whole last line that lacks only its line end', () => {
    const record = createRecord({ root, id: ID });
    record.append(title('a'));
    record.close();
    appendFileSync(join(sessions, record.file), JSON.stringify({ seq: 2, event: title('b') }));
    const again = openRecord({ root, id: ID })!;
    expect(again.append(title('c'))).toBe(3);
    again.close();
    expect(readRecord({ root, id: ID, after: 0 })).toHaveLength(3);
    expect(existsSync(join(sessions, `${record.file}.torn`))).toBe(false);
  });

  test('finds its end behind a line of megabytes, and a line that it does not know is left out and said', () => {
    const record = createRecord({ root, id: ID });
    record.append(title('a'));
    record.append(title('x'.repeat(2_000_000)));
    record.close();
    appendFileSync(join(sessions, record.file), '{"seq":3,"event":{"type":"from the future"}}\n');
    const again = openRecord({ root, id: ID })!;
    expect(again.seq).toBe(2);
    again.close();
    const notices: string[] = [];
    expect(readRecord({ root, id: ID, after: 0, onNotice: (text) => notices.push(text) })).toHaveLength(2);
    expect(notices).toEqual([expect.stringContaining('line 3')]);
  });
});
