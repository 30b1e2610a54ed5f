import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitBytes } from './run.ts';

/** Exit codes of `git merge-file` up to here count conflicts; it says 255 when it cannot merge at all. */
const MOST_CONFLICTS = 127;
const CONFLICTS = Array.from({ length: MOST_CONFLICTS }, (_, index) => index + 1);

/** Merges the lines of three contents, byte for byte. Null: both sides changed the same or touching lines. */
export async function mergeBytes({
  base,
  ours,
  theirs,
}: {
  base: Buffer;
  ours: Buffer;
  theirs: Buffer;
}): Promise<Buffer | null> {
  const folder = await mkdtemp(join(tmpdir(), 'boocode-merge-'));
  try {
    const contents = { ours, base, theirs };
    for (const [name, bytes] of Object.entries(contents)) await writeFile(join(folder, name), bytes, { mode: 0o600 });
    const { stdout, code } = await gitBytes(['merge-file', '-p', '-q', 'ours', 'base', 'theirs'], {
      cwd: folder,
      allow: CONFLICTS,
    });
    return code === 0 ? stdout : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
