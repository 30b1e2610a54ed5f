import type { BuildOptions, BuildResult } from 'esbuild';
import type { Output } from './put-out.mjs';

export interface Joining {
  /** What the build was made with. */
  common: BuildOptions;
  /** The module that the program begins with: what is loaded with it stays where it is. */
  entry: string;
  sources: string[];
  groups: { name: string; takes(modules: string[]): boolean }[];
}
export function joinChunks(
  built: Pick<BuildResult<{ write: false; metafile: true }>, 'outputFiles' | 'metafile'>,
  joining: Joining,
): Promise<Output[]>;
