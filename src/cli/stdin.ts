import { BooError } from '../util/errors.ts';
import type { Io } from './context.ts';

/** A prompt is text for a person or a model: more than this many bytes is a mistake. */
const MAX_BYTES = 8 * 1024 * 1024;

/** All of standard input as text, without its last line end. */
export async function readText(io: Io): Promise<string> {
  if (io.stdin.isTTY) io.stderr.write('Type the text, then Ctrl-D on a line of its own.\n');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of io.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BYTES) {
      throw new BooError('usage', 'standard input has more than 8 MB', 'Give the agent a file to read instead.');
    }
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
