import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ApprovalRule } from '../schema/approval.ts';
import type { ConfigProblem } from '../schema/config.ts';
import { errnoOf, messageOf } from '../util/errors.ts';
import { makeFolders } from '../util/folders.ts';
import { dataFolder } from '../util/paths.ts';
import { replaceFile } from './atomic.ts';

type Env = Record<string, string | undefined>;

const Content = z.object({ root: z.string(), rules: z.array(ApprovalRule) });

const folderOf = (env: Env) => join(dataFolder(env), 'allowed');

/** Where it stands what this user has allowed for good in a project: outside of the repository, 0600. */
export const allowedFile = (root: string, env: Env = process.env): string =>
  join(folderOf(env), `${createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 32)}.json`);

export interface Allowed {
  file: string;
  /** Oldest first. None when the file cannot be read: then people are asked again. */
  rules: ApprovalRule[];
  problems: ConfigProblem[];
}

/** What this user has allowed for good in this project. Nothing is thrown. */
export function readAllowed(root: string, env: Env = process.env): Allowed {
  const file = allowedFile(root, env);
  try {
    const { root: of, rules } = Content.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { file, rules: of === realpathSync(root) ? rules : [], problems: [] };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return { file, rules: [], problems: [] };
    const message = `what was allowed for good is not in force: ${messageOf(error).split('\n')[0]}`;
    const hint = 'Mend the file or remove it.';
    return { file, rules: [], problems: [{ file, line: null, column: null, path: '', message, hint }] };
  }
}

function write(root: string, rules: readonly ApprovalRule[], env: Env): void {
  makeFolders(folderOf(env), 0o700);
  replaceFile(allowedFile(root, env), `${JSON.stringify({ root: realpathSync(root), rules }, null, 2)}\n`);
}

const same = (a: ApprovalRule, b: ApprovalRule) =>
  ['action', 'runtime', 'tool', 'path', 'command'].every(
    (key) => a[key as keyof ApprovalRule] === b[key as keyof ApprovalRule],
  );

/** Allows something for good; what is allowed already stays one rule. A file that cannot be read is never overwritten: throws. */
export function allow(root: string, rule: ApprovalRule, env: Env = process.env): void {
  const { rules, problems } = readAllowed(root, env);
  if (problems[0]) throw new Error(`${problems[0].file}: ${problems[0].message}`);
  if (!rules.some((one) => same(one, rule))) write(root, [...rules, rule], env);
}

/** Takes one of them back. */
export const disallow = (root: string, rule: ApprovalRule, env: Env = process.env): void =>
  write(
    root,
    readAllowed(root, env).rules.filter((one) => !same(one, rule)),
    env,
  );
