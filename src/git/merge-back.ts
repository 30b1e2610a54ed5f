import type { Identity } from '../schema/identity.ts';
import { BooError } from '../util/errors.ts';
import { makeCommit } from './commit.ts';
import { openPlainCommits } from './loose.ts';
import { type MergeConflict, mergeTree } from './merge-tree.ts';
import { replay } from './replay.ts';
import { git, gitLine } from './run.ts';

export interface MergeBackOptions {
  root: string;
  /** Commits. */
  target: string;
  head: string;
  /** What both are called in messages: branches, or a commit. */
  into: string;
  from: string;
  how: 'merge' | 'squash' | 'rebase';
  /** Null: as git would write it. */
  message: string | null;
  /** A commit before `head` whose work the target has already, squashed or rebased; null: none. */
  done: string | null;
  identity?: Identity;
}

/** `ready`: a commit upon the target that nothing names yet. */
export type MergeBack =
  | { kind: 'nothing' }
  | { kind: 'conflict'; files: MergeConflict[] }
  | { kind: 'ready'; commit: string };

const treeOf = async (root: string, commit: string) => (await gitLine(['rev-parse', `${commit}^{tree}`], root)) ?? '';
const isAncestor = async (root: string, old: string, later: string) =>
  (await git(['merge-base', '--is-ancestor', old, later], { cwd: root, allow: [1] })).code === 0;

/** What merging would give, computed in the object store: no checkout, index or ref is touched. */
export async function mergeBack(options: MergeBackOptions): Promise<MergeBack> {
  const { root, target, head, how } = options;
  if (await isAncestor(root, head, target)) return { kind: 'nothing' };
  await requireKin(options);
  return how === 'rebase' ? rebased(options) : joined(options);
}

/** Two histories that share no commit cannot be merged in any way that makes sense. */
async function requireKin({ root, target, head, from, into }: MergeBackOptions): Promise<void> {
  if (await gitLine(['merge-base', target, head], root)) return;
  const shallow = (await gitLine(['rev-parse', '--is-shallow-repository'], root)) === 'true';
  throw new BooError(
    'conflict',
    `${from} and ${into} share no commit${shallow ? ' in this shallow clone' : ''}, so they cannot be merged`,
    shallow ? 'git fetch --unshallow brings the history they share.' : 'Bring the changes over with boocode apply.',
  );
}

async function rebased({ root, target, head, done, identity }: MergeBackOptions): Promise<MergeBack> {
  const replayed = await replay(root, target, head, { done, identity });
  if ('conflicts' in replayed) return { kind: 'conflict', files: replayed.conflicts };
  const { tip } = replayed;
  const merges = Number((await git(['rev-list', '--count', '--merges', `${target}..${head}`], { cwd: root })).stdout);
  if (merges > 0) {
    // Merge commits are not replayed; whatever only they hold must not get lost in silence.
    const whole = await join({ root, target, head, done });
    if (whole.conflicts.length === 0 && whole.tree !== (await treeOf(root, tip))) {
      throw new BooError(
        'conflict',
        'its branch holds merges that a rebase would lose a part of',
        'Merge it, or squash it.',
      );
    }
  }
  return tip === target ? { kind: 'nothing' } : { kind: 'ready', commit: tip };
}

/** The target's tree stands upon what it has already, so that only what came later counts as the agent's. */
async function join({ root, target, head, done }: Pick<MergeBackOptions, 'root' | 'target' | 'head' | 'done'>) {
  const ours = done === null ? target : await (await openPlainCommits(root)).write(await treeOf(root, target), [done]);
  return mergeTree(root, ours, head);
}

async function joined(options: MergeBackOptions): Promise<MergeBack> {
  const { root, target, head, how, identity } = options;
  const { tree, conflicts } = await join(options);
  if (conflicts.length > 0) return { kind: 'conflict', files: conflicts };
  if (how === 'squash' && tree === (await treeOf(root, target))) return { kind: 'nothing' };
  const message = options.message ?? (how === 'merge' ? await mergeMessage(options) : await squashMessage(options));
  const parents = how === 'merge' ? [target, head] : [target];
  return { kind: 'ready', commit: await makeCommit(root, { tree, parents, message, identity }) };
}

/** As `git merge` writes it, with the person's own settings (merge.log, merge.suppressDest). */
async function mergeMessage({ root, head, from, into }: MergeBackOptions): Promise<string> {
  const input = `${head}\t\tbranch '${from}' of .\n`;
  const { stdout } = await git(['fmt-merge-msg', '--into-name', into], { cwd: root, input });
  return stdout;
}

/** That of the only commit, else a list of what they say. */
async function squashMessage({ root, target, head, from, done }: MergeBackOptions): Promise<string> {
  const range = [`${target}..${head}`, ...(done ? [`^${done}`] : [])];
  const log = ['log', '--reverse', '--no-merges', '--encoding=UTF-8', '--no-show-signature'];
  const { stdout } = await git([...log, '--format=%B%x00', ...range], { cwd: root });
  const all = stdout.split('\0').map((text) => text.trim());
  const messages = all.filter(Boolean);
  if (messages.length === 1) return `${messages[0]}\n`;
  return `Squash ${from}\n\n${messages.map((text) => `* ${text.split('\n')[0]}\n`).join('')}`;
}
