import { existsSync } from 'node:fs';
import { findPlace } from '../../git/place.ts';
import type { Agent } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import { findProject } from '../../util/project.ts';
import type { Context } from '../context.ts';

/** False when somebody moved or removed the project's `.git`: nothing can be saved then, and nothing is touched. */
export function hasRepository(root: string): boolean {
  const found = findProject(root);
  return found.git && found.root === root;
}

/** Throws, with what brings it back, when an agent's folder is not there to run in. */
export async function checkFolder({ root }: Context, agent: Agent): Promise<void> {
  const { name, worktree, branch, cwd } = agent;
  const orRemove = `boocode rm ${name} removes the agent`;
  if (worktree !== null && !hasRepository(root)) {
    const hint = `Move it back to ${root}/.git and try again; ${orRemove} and leaves its folder as it is.`;
    throw new BooError('not_found', `the git repository of ${root} is gone`, hint);
  }
  const place = worktree === null ? null : await findPlace(root, worktree, branch);
  if (place && place.kind === 'moved') {
    const hint = `boocode restore ${name} lets it go on there; ${orRemove} and leaves that folder as it is.`;
    throw new BooError('not_found', `its worktree ${worktree} was moved to ${place.path}`, hint);
  }
  if (place && 'taken' in place && place.taken) {
    const hint = `Move that away, then boocode restore ${name} makes its worktree again; ${orRemove} and leaves that alone.`;
    throw new BooError('conflict', `something else lies where its worktree was, at ${worktree}`, hint);
  }
  if (place && 'taken' in place) {
    const hint = `boocode restore ${name} makes it again with all that was saved or committed; ${orRemove}.`;
    throw new BooError('not_found', `its worktree ${worktree} was deleted`, hint);
  }
  if (existsSync(cwd)) return;
  throw new BooError('not_found', `its folder ${cwd} is gone`, `Make it again (mkdir -p), or ${orRemove}.`);
}
