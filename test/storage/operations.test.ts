import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Journal } from '../../src/schema/operation.ts';
import { ensureFolder } from '../../src/storage/folder.ts';
import {
  beginOperation,
  gatherContents,
  KEEP,
  listOperations,
  pruneOperations,
  readKept,
  readOperation,
  readWaiting,
  removeUnbegun,
  writeOperation,
  writeWaiting,
} from '../../src/storage/operations.ts';
import { claimFolder } from '../../src/storage/owner.ts';
import { projectPaths } from '../../src/util/paths.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'ops-'));
  ensureFolder(root);
});

async function operation(at: number, bytes = Buffer.from('was\n'), finished = true): Promise<Journal> {
  const contents = gatherContents();
  contents.keep({ mode: '100644', bits: 0o600, bytes: Buffer.from('before it\n') });
  const before = contents.keep({ mode: '100644', bits: 0o600, bytes });
  const journal: Journal = {
    ...{ version: 1, id: await beginOperation(root), kind: 'apply', agent: 'a', agentId: 'i', target: root, at },
    ...{ undone: false, undoes: null, checkout: root, branch: null, finished, staged: [] },
    files: [{ file: 'f', outcome: 'written', pieces: {}, writes: [{ name: 'f', before, after: null }] }],
  };
  await writeOperation(root, journal, contents.parts);
  return journal;
}

test('journal and contents are private, and what was kept is read back to the byte', async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 0]);
  const journal = await operation(1, bytes);
  expect(await listOperations(root)).toEqual([journal]);
  expect(await readOperation(root, journal.id)).toEqual(journal);
  expect(await readKept(root, journal.id, journal.files[0]!.writes[0]!.before!)).toEqual(bytes);
  const folder = join(projectPaths(root).operations, journal.id);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(readFileSync(projectPaths(root).gitignore, 'utf8')).toContain('/operations/\n');
});

test('old ones go, by number and by age; the newest and one under way stay', async () => {
  const now = KEEP.ms * 2;
  const underWay = await operation(1, Buffer.from('x'), false);
  await operation(now - KEEP.ms - 1);
  for (let n = 0; n < KEEP.operations + 3; n++) await operation(now + n);
  await pruneOperations(root, now);
  const kept = await listOperations(root);
  expect(kept).toHaveLength(KEEP.operations + 1);
  expect(kept.at(-1)!.id).toBe(underWay.id);
  await pruneOperations(root, now * 10);
  expect((await listOperations(root)).map(({ at }) => at)).toEqual([now + KEEP.operations + 2, 1]);
});

test('what was cut off before its journal, is torn, or lies about its name counts for nothing', async () => {
  const { operations } = projectPaths(root);
  const torn = await operation(1);
  writeFileSync(join(operations, torn.id, 'journal.json'), '{"version":1,');
  const other = await operation(2);
  mkdirSync(join(operations, 'ffffffff'));
  writeFileSync(join(operations, 'ffffffff', 'journal.json'), readFileSync(join(operations, other.id, 'journal.json')));
  mkdirSync(join(operations, '00000000'));
  writeFileSync(join(operations, '00000000', 'content'), 'x');
  expect((await listOperations(root)).map(({ id }) => id)).toEqual([other.id]);
  for (const id of [torn.id, 'ffffffff', '00000000', other.id.slice(1), `../operations/${other.id}`])
    expect(await readOperation(root, id)).toBeNull();
  await removeUnbegun(root);
  expect(readdirSync(operations)).not.toContain('00000000');
});

test('operations that came with the repository are set aside: an undo would write what they say', async () => {
  await operation(1);
  expect(claimFolder({ root, now: 0 })[0]).toContain('operations in');
  expect(await listOperations(root)).toEqual([]);
});

test('rejects that wait are read back; what is no list of them is none', async () => {
  expect(await readWaiting(root)).toEqual([]);
  const waiting = [{ agentId: 'i', file: 'f', pieces: ['p'], reason: null, at: 1 }];
  writeWaiting(root, waiting);
  expect(await readWaiting(root)).toEqual(waiting);
  writeFileSync(join(projectPaths(root).operations, 'waiting.json'), '[{]');
  expect(await readWaiting(root)).toEqual([]);
});
