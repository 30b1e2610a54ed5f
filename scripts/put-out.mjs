// Writes what was built without taking anything away from programs that run from the same folder: a cockpit that is open
// loads what it needs when it needs it, by names that change with the contents. Those of earlier builds stay for a while.
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** So long files of earlier builds are kept, in milliseconds, and so many bytes of them, the newest first. */
const KEEP_MS = 7 * 24 * 3600 * 1000;
const KEEP_BYTES = 100 * 1024 * 1024;
/** What a build that was interrupted left half written is no use to anybody; another one may be at work right now. */
const PART_MS = 3600 * 1000;
/** The files of the last build, one a line. */
export const LIST = '.files';

export async function putOut(folder, outputs, { now, keep }) {
  await mkdir(folder, { recursive: true });
  const names = outputs.map(({ path }) => basename(path));
  const last = (await readFile(join(folder, LIST), 'utf8').catch(() => '')).split('\n');
  await dismiss(folder, new Set(names), { last: new Set(last), now, keep });
  // Who starts while this goes on finds an entry only when all is there that it loads: what has no fixed name comes first.
  const entries = new Set(names.filter((name) => !/-[0-9A-Z]{8}\.js/.test(name)));
  const ordered = outputs.toSorted((a, b) => entries.has(basename(a.path)) - entries.has(basename(b.path)));
  for (const { path, contents } of ordered) {
    const part = `${path}.${process.pid}.part`;
    await writeFile(part, contents);
    await rename(part, path);
  }
  await writeFile(join(folder, LIST), names.join('\n'));
}

/** Removes what no build needs any more. A file's time tells since when that is so. */
async function dismiss(folder, fresh, { last, now, keep }) {
  const old = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (fresh.has(name) || !/\.js(\.map)?(\.\d+\.part)?$/.test(name)) continue;
    if (last.has(name)) await utimes(path, now / 1000, now / 1000).catch(() => {});
    const found = await stat(path).catch(() => undefined);
    if (found) old.push({ path, since: found.mtimeMs, size: found.size });
  }
  let kept = 0;
  for (const { path, since, size } of old.sort((a, b) => b.since - a.since)) {
    kept += size;
    const most = path.endsWith('.part') ? PART_MS : KEEP_MS;
    if (!keep || now - since > most || kept > KEEP_BYTES) await rm(path, { force: true });
  }
}
