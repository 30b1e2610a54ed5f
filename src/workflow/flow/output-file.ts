import { Ground } from '../../git/ground.ts';
import { BooError } from '../../util/errors.ts';

/** Permission bits of a file that was not there before. */
const BITS = 0o644;

/**
 * Writes a run's result to a file of its project, whole or not at all. Nothing outside of the project is written, by whatever name or
 * link, nor BooCode's own state. Throws `conflict` in one sentence. `id`: the same in each life
 * of the run, for the file's name while it is written.
 */
export async function writeOutput(root: string, id: string, path: string, result: unknown): Promise<void> {
  const name = Buffer.from(path.trim());
  const bytes = Buffer.from(typeof result === 'string' ? result : `${JSON.stringify(result, null, 2)}\n`);
  const ground = await Ground.open(root);
  const temp = Buffer.from(`.boocode-${id}-output`);
  try {
    const found = await ground.read(name);
    if (found && found.kind !== 'file') {
      throw new BooError('conflict', `there is a ${found.kind} at ${path}`);
    }
    await ground.sweep(name, temp);
    const content = { link: false, bits: found?.bits ?? BITS, bytes, exact: found !== null };
    await ground.put(name, content, { stamp: found?.stamp ?? null, temp });
  } catch (error) {
    if (!(error instanceof BooError)) throw error;
    throw new BooError('failed', `outputFile ${path} was not written: ${error.message}`, error.hint);
  } finally {
    await ground.close();
  }
}
