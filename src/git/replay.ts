import type { Identity } from '../schema/identity.ts';
import { type Author, makeCommit } from './commit.ts';
import { openPlainCommits, type PlainCommits } from './loose.ts';
import { type MergeConflict, mergeTree } from './merge-tree.ts';
import { git, gitLine } from './run.ts';

/** A commit on its way onto another one. */
interface Step {
  commit: string;
  tree: string;
  parents: string[];
  author: Author;
  message: string;
}

export type Replayed = { tip: string } | { conflicts: MergeConflict[] };

const treeOf = async (root: string, commit: string) => (await gitLine(['rev-parse', `${commit}^{tree}`], root)) ?? '';

/** What `git rebase` would pick: merges are left out, and so is what the target has already under another name. */
async function stepsOf(root: string, target: string, head: string, done: string | null): Promise<Step[]> {
  const pick = ['rev-list', '--reverse', '--topo-order', '--no-merges', '--cherry-pick', '--right-only'];
  const { stdout } = await git([...pick, `${target}...${head}`, ...(done ? [`^${done}`] : [])], { cwd: root });
  const commits = stdout.split('\n').filter(Boolean);
  if (commits.length === 0) return [];
  const format = '--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%ad%x00%B%x00';
  const shown = await git(
    ['log', '--no-walk=unsorted', '--stdin', '--date=raw', '--encoding=UTF-8', '--no-show-signature', format],
    { cwd: root, input: `${commits.join('\n')}\n` },
  );
  const fields = shown.stdout.split('\0');
  return commits.map((_, index) => {
    const [commit = '', tree = '', parents = '', name = '', email = '', date = '', message = ''] = fields.slice(
      index * 7,
      index * 7 + 7,
    );
    return {
      commit: commit.trim(),
      tree,
      parents: parents.split(' ').filter(Boolean),
      author: { name, email, date: `@${date}` },
      message,
    };
  });
}

/**
 * Puts the commits of `head` that `target` lacks one after the other onto it, without a checkout, authors and messages kept; what
 * becomes empty is left out. `done`: a commit whose work the target has already.
 */
export async function replay(
  root: string,
  target: string,
  head: string,
  { done, identity }: { done: string | null; identity?: Identity | undefined },
): Promise<Replayed> {
  let tip = target;
  const places = await openPlainCommits(root);
  for (const step of await stepsOf(root, target, head, done)) {
    const next = await replayOne({ root, places, identity }, tip, step);
    if ('conflicts' in next) return next;
    tip = next.tip;
  }
  return { tip };
}

async function replayOne(
  { root, places, identity }: { root: string; places: PlainCommits; identity: Identity | undefined },
  tip: string,
  step: Step,
): Promise<Replayed> {
  const { commit, parents, author, message } = step;
  if (parents[0] === tip && parents.length === 1) return { tip: commit };
  const before = await treeOf(root, tip);
  // merge-tree looks for the common ancestor itself: standing on the commit's parent, the tip's tree has just that one.
  const ours = await places.write(before, parents);
  const { tree, conflicts } = await mergeTree(root, ours, commit);
  const subject = message.split('\n')[0]!;
  if (conflicts.length > 0) {
    return { conflicts: conflicts.map((one) => ({ ...one, reason: `${one.reason}, at "${subject}"` })) };
  }
  const was = parents[0] === undefined ? null : await treeOf(root, parents[0]);
  if (tree === before && was !== step.tree) return { tip };
  return { tip: await makeCommit(root, { tree, parents: [tip], message, author, identity }) };
}
