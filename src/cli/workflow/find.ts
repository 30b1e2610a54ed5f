import type { DaemonClient } from '../../client/daemon.ts';
import { findAgent } from '../../core/names.ts';
import { suggest } from '../../core/suggest.ts';
import type { Agent } from '../../schema/agent.ts';
import type { WorkflowInfo } from '../../schema/workflow.ts';
import { BooError } from '../../util/errors.ts';

/** How many known names an error lists. */
const LISTED = 12;

/** The runs of this project, the newest first. */
export async function allRuns(client: DaemonClient): Promise<Agent[]> {
  const { agents } = await client.call('agent.list', { all: true });
  return agents.filter((agent) => agent.runtime === 'workflow').sort((a, b) => b.createdAt - a.createdAt);
}

/** The agent of a run by its name, its id or the unique beginning of that. `workflows`: the word may have meant one of them. */
export async function findRun(
  client: DaemonClient,
  word: string,
  workflows: readonly Pick<WorkflowInfo, 'name'>[] = [],
): Promise<Agent> {
  const runs = await allRuns(client);
  const { agent, error } = findAgent(runs, word);
  if (agent) return agent;
  if (error?.code === 'usage') throw error;
  const names = [...workflows.map(({ name }) => name), ...runs.map(({ name }) => name)];
  const near = suggest(word, names);
  const known = names.slice(0, LISTED).join(', ') + (names.length > LISTED ? ', …' : '');
  throw new BooError(
    'not_found',
    `there is no ${workflows.length > 0 ? 'workflow and no run' : 'run'} ${JSON.stringify(word)}${known ? `; known: ${known}` : ''}`,
    near ? `Did you mean ${near}?` : 'boocode workflow ls lists the workflows, boocode workflow status the runs.',
  );
}
