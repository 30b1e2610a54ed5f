import { existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentJson } from '../core/agent-json.ts';
import type { Agent } from '../schema/agent.ts';
import { worktreesFolder } from '../util/paths.ts';
import { agentTable } from './agents.ts';
import { liveAgents, openCockpit, requireTerminal } from './cockpit.ts';
import type { Context } from './context.ts';
import { shellLine } from './self.ts';

/** Makes a sample repository, starts three demo agents on overlapping work there, and opens the cockpit. Gives the exit code. */
export async function runDemo(context: Context, { open }: { open: boolean }): Promise<number> {
  if (open) requireTerminal(context, 'From a script use boocode demo --no-open.');
  const { makeSampleProject, demoAgents } = await import('../demo/sample.ts');
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'boocode-demo-')));
  await makeSampleProject(root);
  const client = await context.daemon({ root });
  const agents: Agent[] = [];
  for (const ask of demoAgents()) {
    const started = await client.call('agent.new', { runtime: 'demo', ...ask, cwd: root, env: context.env });
    agents.push(started.agent);
  }
  if (open) await openCockpit(context, { dir: root, farewell: false });
  else
    context.print({ project: root, agents: agents.map(agentJson) }, () =>
      agentTable(agents, Date.now(), context.paint),
    );
  // npm start runs in a checkout, where no boocode is on the PATH.
  const self = context.env.npm_lifecycle_event ? ['npm', 'run', '--silent', 'boocode', '--'] : ['boocode'];
  const again = shellLine([...self, root]);
  const stop = shellLine([...self, 'daemon', 'stop', '--agents', '--project', root]);
  // Not where the config puts them elsewhere: that folder may hold others too.
  const worktrees = worktreesFolder(root, context.env);
  const left = existsSync(worktrees) ? [root, worktrees] : [root];
  const remove = shellLine(['rm', '-rf', ...left]);
  // They may have been stopped in the cockpit: the daemon leaves by itself then.
  const live = await liveAgents(context, root);
  const agentsNow = live ? 'Its agents go on.' : 'Its agents have ended.';
  const end = live ? `${stop} && ${remove}` : remove;
  context.note(`The demo is in ${root}.\n  ${agentsNow}\n  Come back:      ${again}\n  End, remove it: ${end}`);
  return 0;
}
