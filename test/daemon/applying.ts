import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { FileChange } from '../../src/schema/change.ts';

export const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** `count` numbered lines, some of them edited. */
export const lines = (edit: (n: number) => string | number = (n) => n, count = 30) =>
  Array.from({ length: count }, (_, index) => `${edit(index + 1)}\n`).join('');

export const reader = (folder: string) => (name: string) => readFileSync(join(folder, name), 'utf8');
export const writer = (folder: string) => (name: string, content: string | Buffer) =>
  writeFileSync(join(folder, name), content);

export const filesOf = async (client: DaemonClient, agent: string): Promise<FileChange[]> =>
  (await client.call('changes.list', { agent, fresh: true })).changes[0]!.files;

export const piecesOf = async (client: DaemonClient, agent: string, file: string) =>
  ((await filesOf(client, agent)).find((one) => one.file === file)?.hunks ?? []).flatMap(({ pieces }) => pieces);

export const apply = (client: DaemonClient, agent: string, files: (string | [string, string[]])[] | null, more = {}) =>
  client.call('changes.apply', {
    ...{ agent, target: null, stage: null, seen: null },
    parts:
      files?.map((one) => (typeof one === 'string' ? { file: one, pieces: null } : { file: one[0], pieces: one[1] })) ??
      null,
    ...more,
  });

export const reject = (client: DaemonClient, agent: string, files: (string | [string, string[]])[], more = {}) =>
  client.call('changes.reject', {
    ...{ agent, reason: null, now: true, seen: null },
    parts: files.map((one) =>
      typeof one === 'string' ? { file: one, pieces: null } : { file: one[0], pieces: one[1] },
    ),
    ...more,
  });
