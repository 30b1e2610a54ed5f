import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { Collision } from '../schema/collision.ts';
import { projectPaths } from '../util/paths.ts';
import { replaceFile } from './atomic.ts';

/** Collisions as they were last told, so that those which still are begin no second time; none when that is not known. */
export function readCollisions(root: string): Collision[] {
  try {
    return z.array(Collision).parse(JSON.parse(readFileSync(projectPaths(root).collisions, 'utf8')));
  } catch {
    return [];
  }
}

/** Throws the system's error, e.g. when the disk is full. */
export const writeCollisions = (root: string, collisions: readonly Collision[]): void =>
  replaceFile(projectPaths(root).collisions, `${JSON.stringify(collisions)}\n`);
