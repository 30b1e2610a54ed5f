import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Log } from '../../src/daemon/log.ts';
import { keepSnapshots } from '../../src/daemon/snapshots.ts';
import type { Store } from '../../src/daemon/store.ts';
import { projectPaths } from '../../src/util/paths.ts';
import { until } from '../support/wait.ts';

test('a folder that went while the state was written is told of first, in its own words', async () => {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'snapshots-'));
  const { folder } = projectPaths(root);
  mkdirSync(folder);
  const told: string[] = [];
  let looks = 0;
  const snapshots = keepSnapshots({
    root,
    store: { get: () => ({}), reach: () => [], onChange: () => () => {} } as unknown as Store,
    log: { debug: () => {} } as unknown as Log,
    trouble: { failed: (writer) => told.push(writer), works: () => expect.fail('it was written') },
    ensure() {
      looks += 1;
      if (looks > 1) {
        told.push('folder');
        throw new Error('it is no folder');
      }
      // Just after the look.
      rmSync(folder, { recursive: true });
      writeFileSync(folder, '');
    },
  });
  snapshots.write();
  await until('it is told', () => told.length > 1);
  expect(told).toEqual(['folder', 'state']);
  await snapshots.close();
});
