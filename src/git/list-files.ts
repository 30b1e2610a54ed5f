import { fieldsOf } from './lines.ts';
import { gitBytes } from './run.ts';

/** Files below a folder that git has or would take, relative to it; none when that cannot be told. */
export async function listFiles(folder: string): Promise<string[]> {
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const { stdout } = await gitBytes(args, { cwd: folder });
    return [...new Set(fieldsOf(stdout).map(String))];
  } catch {
    return [];
  }
}
