import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../src/util/sha256.ts';

// Folders and locks of daemons that run are called by it.
test.each(['', '/home/a/project', 'ü 日本語 👩‍💻', 'half \ud83d', 'x'.repeat(55), 'x'.repeat(64), 'x'.repeat(4096)])(
  'gives what node:crypto gives (%#)',
  (text) => expect(sha256Hex(text)).toBe(createHash('sha256').update(text).digest('hex')),
);
