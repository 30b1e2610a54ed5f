import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import type { WorkflowForm } from '../schema/run.ts';
import { entryPath } from '../util/entry.ts';
import { projectPaths } from '../util/paths.ts';

type Env = Record<string, string | undefined>;

/** A larger file is no workflow, in bytes. */
const MAX_BYTES = 1_000_000;
/** Files of one folder that are read. */
const MAX_FILES = 500;

export interface WorkflowFolder {
  path: string;
  form: WorkflowForm;
  from: 'builtin' | 'project' | 'home';
}

export interface WorkflowFile extends Pick<WorkflowFolder, 'form' | 'from'> {
  file: string;
  /** The file's name without its ending: what it is called while nothing better is known. */
  stem: string;
  /** Null: it could not be read, and `fault` says why. */
  source: string | null;
  fault: string | null;
  /** SHA-256 of its content. */
  hash: string;
}

const ENDINGS: Record<WorkflowForm, readonly string[]> = { script: ['.js'], flow: ['.json', '.yaml', '.yml'] };

/** Where workflows are, those that win first. */
export function workflowFolders(root: string, env: Env = process.env): WorkflowFolder[] {
  const own = join(env.HOME || homedir(), '.boocode');
  const { folder } = projectPaths(root);
  const both = (path: string, from: 'project' | 'home'): WorkflowFolder[] => [
    { path: join(path, 'workflows'), form: 'script', from },
    { path: join(path, 'flows'), form: 'flow', from },
  ];
  const builtin = { path: join(dirname(entryPath('daemon')), 'workflows'), form: 'script', from: 'builtin' } as const;
  // Where the home folder is the project its files are the user's own.
  const project = isSame(own, folder) ? [] : both(folder, 'project');
  return [builtin, ...project, ...both(own, 'home')];
}

/** Every workflow file there is, those that win first. What is not there is no fault. */
export const listWorkflowFiles = (root: string, env: Env = process.env): WorkflowFile[] =>
  workflowFolders(root, env).flatMap(({ path, form, from }) =>
    namesIn(path, ENDINGS[form]).map((name) => {
      const file = join(path, name);
      return { file, stem: basename(name, extname(name)), form, from, ...read(file) };
    }),
  );

function namesIn(folder: string, endings: readonly string[]): string[] {
  try {
    const names = readdirSync(folder).filter((name) => endings.includes(extname(name)) && !name.startsWith('.'));
    return names.sort().slice(0, MAX_FILES);
  } catch {
    return [];
  }
}

function read(file: string): Pick<WorkflowFile, 'source' | 'fault' | 'hash'> {
  const bad = (fault: string) => ({ source: null, fault, hash: '' });
  try {
    const stat = statSync(file);
    if (!stat.isFile()) return bad('it is no file');
    if (stat.size > MAX_BYTES) return bad(`it has ${stat.size} bytes, a workflow has at most ${MAX_BYTES}`);
    const content = readFileSync(file);
    return { source: content.toString('utf8'), fault: null, hash: createHash('sha256').update(content).digest('hex') };
  } catch {
    return bad('it cannot be read');
  }
}

function isSame(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return one === other;
  }
}
