import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { projectPaths } from '../util/paths.ts';
import { replaceFile } from './atomic.ts';

/** Of each saved search and child: the newest line that was looked at, and the lines that stood on its screen then. */
const Looked = z.record(
  z.string(),
  z.record(z.string(), z.object({ upTo: z.number().int(), standing: z.array(z.tuple([z.string(), z.number()])) })),
);
export type Looked = z.infer<typeof Looked>;

/** How far saved searches had looked; null when that is not known. */
export function readLooked(root: string): Looked | null {
  try {
    return Looked.parse(JSON.parse(readFileSync(projectPaths(root).looked, 'utf8')));
  } catch {
    return null;
  }
}

/** Throws the system's error, e.g. when the disk is full. */
export const writeLooked = (root: string, looked: Looked): void =>
  replaceFile(projectPaths(root).looked, `${JSON.stringify(looked)}\n`);
