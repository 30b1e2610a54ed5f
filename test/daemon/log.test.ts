import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../../src/daemon/log.ts';

test('lines carry time and level, lower levels are left out, three files are kept', () => {
  const folder = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'log-'));
  const file = join(folder, 'log', 'daemon.log');
  const log = createLog({ file, maxBytes: 1000 });
  log.debug('not said');
  log.info('first');
  expect(readFileSync(file, 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info first\n$/);
  for (let n = 0; n < 200; n += 1) log.warn(`line ${n} ${'x'.repeat(50)}`);
  log.close();
  expect(readdirSync(join(folder, 'log')).sort()).toEqual(['daemon.log', 'daemon.log.1', 'daemon.log.2']);
  for (const name of readdirSync(join(folder, 'log')))
    expect(statSync(join(folder, 'log', name)).size).toBeLessThanOrEqual(1000);
  expect(readFileSync(file, 'utf8')).toContain('line 199');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
