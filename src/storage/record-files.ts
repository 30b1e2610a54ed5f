import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StatusState } from '../schema/status.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';

const ID = /^[\w-]+$/;
const NAME = /^([a-z_]+)-([\w-]+)\.jsonl$/;

/** Every record of the project: id, state, and name of the file. Oldest first (ids begin with their time). */
export function listRecords(root: string): { id: string; state: StatusState; file: string }[] {
  let names: string[];
  try {
    names = readdirSync(projectPaths(root).sessions);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw unreadable(projectPaths(root).sessions, error);
  }
  const found = names.flatMap((file) => {
    const [, state, id] = NAME.exec(file) ?? [];
    const known = StatusState.safeParse(state);
    return id && known.success ? [{ id, state: known.data, file }] : [];
  });
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** The record of an agent; of several, the longest. Its names are looked for, not the folder: that of a long project is large. */
export const pathOf = (root: string, id: string) => {
  const { sessions } = projectPaths(root);
  if (!ID.test(id)) return undefined;
  const found = StatusState.options.flatMap((state) => {
    const file = nameOf(id, state);
    const path = join(sessions, file);
    const size = sizeOf(path);
    return size === undefined ? [] : [{ id, state, file, path, size }];
  });
  return found.sort((a, b) => b.size - a.size)[0];
};

export const nameOf = (id: string, state: StatusState) => `${state}-${id}.jsonl`;

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size;
  } catch (error) {
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown) => {
  const hint = 'Give yourself the right to read it.';
  return new BooError('failed', `${path} cannot be read: ${reasonOf(error)}`, hint, { cause: error });
};
