import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFull, isDiskFull } from '../util/disk.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import { reasonOf } from '../util/reason.ts';

/** Characters gathered before they are written. */
const BUFFER_CHARS = 256 * 1024;

/**
 * Writes a file as a whole or not at all, wherever the person wants it. Rejects with `conflict` when there is one already
 * and `force` is not set, with `failed` and the system's reason otherwise; nothing is left behind then.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<string>, force: boolean): Promise<void> {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) throw new BooError('usage', `${path} is a folder`, 'Give the name of a file.');
    if (!force) throw new BooError('conflict', `${path} exists already`, '--force replaces it.');
  }
  const temp = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    // What an agent printed may be private: for this user alone, as everything that is kept of it.
    const file = await open(temp, 'wx', 0o600);
    try {
      let text = '';
      for await (const piece of pieces) {
        text += piece;
        if (text.length < BUFFER_CHARS) continue;
        // Not `write`, which is content with a part: on a disk that is nearly full the rest would be missing without an error.
        await file.appendFile(text);
        text = '';
      }
      await file.appendFile(text);
    } finally {
      await file.close();
    }
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true }).catch(() => {});
    if (error instanceof BooError) throw error;
    if (isDiskFull(error)) throw diskFull(`${path} could not be written`, dirname(path), error);
    const absent = errnoOf(error) === 'ENOENT';
    const folder = dirname(path);
    if (absent && !existsSync(folder)) throw new BooError('failed', `there is no folder ${folder}`, 'Make it first.');
    // Some folders that are there take no file: that of the processes, for one.
    const why = absent ? `${folder} takes no new file` : reasonOf(error);
    const hint = 'Give the name of a file that you may write.';
    throw new BooError('failed', `${path} could not be written: ${why}`, hint, { cause: error });
  }
}
