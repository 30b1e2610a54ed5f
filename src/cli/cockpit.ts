import { resolve } from 'node:path';
import type { Exit } from '../cockpit/control/bridge.ts';
import { plural } from '../cockpit/views/numbers.ts';
import { isLive } from '../core/lifecycle.ts';
import { isRun } from '../core/runs/is-run.ts';
import { isStructured } from '../core/structured.ts';
import type { Agent } from '../schema/agent.ts';
import { BooError } from '../util/errors.ts';
import { findProject } from '../util/project.ts';
import type { Context } from './context.ts';
import { withEarlyKeys } from './early-keys.ts';
import { shellLine } from './self.ts';

/** Refuses what needs a terminal when there is none, and says what to use instead. */
export function requireTerminal(context: Context, instead: string): void {
  if (context.json) throw new BooError('usage', 'this opens a screen, it has no JSON', instead);
  if (context.io.stdin.isTTY && context.io.stdout.isTTY) return;
  throw new BooError('usage', 'this opens a screen, and standard input and output are no terminal', instead);
}

export interface OpenOptions {
  /** A folder of the project; default: `--project`, else the present folder. */
  dir?: string;
  /** One pane alone. */
  view?:
    | { pane: 'sessions' }
    | { pane: 'output'; shows: 'search' | 'collisions' | 'inbox' | 'traces' | 'timeline' | 'workflows' }
    | { pane: 'output'; shows: 'changes'; agent?: string }
    | { pane: 'output'; shows: 'workflows'; run: string }
    | { pane: 'output'; agent: string; typing: boolean };
  /** False: the caller says itself what goes on. Default: true. */
  farewell?: boolean;
}

/** Opens the cockpit, and says what goes on when it is left. Gives the exit code. */
export async function openCockpit(context: Context, { dir, view, farewell = true }: OpenOptions): Promise<number> {
  requireTerminal(
    context,
    'From a script use boocode new, ls, send, output, wait and stop; boocode help lists all verbs.',
  );
  const { root } = dir === undefined ? context.project() : findProject(resolve(context.io.cwd, dir));
  const exit = await paintCockpit(context, root, view);
  if (farewell) await sayFarewell(context, root, exit);
  return 0;
}

/** The first frame is painted before React is loaded; the terminal is restored whatever happens. */
async function paintCockpit({ io, env }: Context, root: string, view: OpenOptions['view']): Promise<Exit> {
  const { openTerminal } = await import('../cockpit/tty/open.ts');
  const { firstFrame } = await import('../cockpit/views/first-frame.ts');
  const terminal = withEarlyKeys(openTerminal({ stdin: io.stdin, stdout: io.stdout, env }));
  try {
    terminal.write(firstFrame({ root, size: terminal.size, colorDepth: terminal.colorDepth }));
    const { mountCockpit } = await import('../../components/mount.tsx');
    return await mountCockpit({ root, env, terminal, ...(view ? { view } : {}) });
  } finally {
    terminal.close();
  }
}

/** After leaving: agents go on, and how one comes back; or what was stopped, and how it starts again. */
async function sayFarewell(context: Context, root: string, { reason, stopped }: Exit): Promise<void> {
  if (reason === 'stopped') return context.note(stoppedLine(stopped));
  const live = await liveAgents(context, root);
  if (live > 0)
    context.note(
      `${plural(live, 'agent')} ${live === 1 ? 'goes' : 'go'} on. boocode opens them again, boocode stop --all ends them.`,
    );
}

function stoppedLine(stopped: number): string {
  if (stopped === 0) return 'No agent ran: there was nothing to stop.';
  const [are, their] =
    stopped === 1 ? ['is', 'its worktree and branch stay'] : ['are', 'their worktrees and branches stay'];
  return `${plural(stopped, 'agent')} ${are} stopped; ${their}. boocode restart AGENT starts one again.`;
}

/** How many agents of a project live: none where no daemon runs for it. */
export async function liveAgents(context: Context, root: string): Promise<number> {
  try {
    const client = await context.daemon({ start: false, root });
    return (await client.call('agent.list', { all: false })).agents.filter(isLive).length;
  } catch (error) {
    if (!(error instanceof BooError)) throw error;
    return 0;
  }
}

/** A run in the whole terminal: nobody types to it, it is looked at. */
async function openRun(context: Context, { id, name }: Agent): Promise<number> {
  await paintCockpit(context, context.project().root, { pane: 'output', shows: 'workflows', run: id });
  context.note(`Left ${name}. ${shellLine(['boocode', 'attach', name])} comes back.`);
  return 0;
}

/** The conversation with an agent that has no screen, in the whole terminal. Leaving it ends nothing. */
async function openTalk(context: Context, { id, name }: Agent): Promise<number> {
  await paintCockpit(context, context.project().root, { pane: 'output', agent: id, typing: true });
  context.note(`Left ${name}. ${shellLine(['boocode', 'attach', name])} comes back.`);
  return 0;
}

/** Shows one agent full screen until the leave key or its end. Gives the exit code. */
export async function openAgent(context: Context, query: string): Promise<number> {
  requireTerminal(context, 'From a script use boocode output, screen, send and keys.');
  const client = await context.daemon();
  const { agent } = await client.call('agent.get', { agent: query });
  if (isRun(agent)) return openRun(context, agent);
  if (isStructured(agent)) return openTalk(context, agent);
  const { attach } = await import('../cockpit/attach.ts');
  const { loadConfig } = await import('../storage/config.ts');
  const { config } = loadConfig({ root: context.project().root, env: context.env });
  const { createKeymap } = await import('../core/commands/keymap.ts');
  const { commands } = await import('../core/commands/table.ts');
  // The same key as in the cockpit, however the config spells it.
  const leaveKey = createKeymap(commands, config.keys).keysOf('leave')[0]!;
  const { stdin, stdout } = context.io;
  const { root } = context.project();
  const { how, agent: now } = await attach({ root, agent, leaveKey, stdin, stdout, env: context.env, ui: config.ui });
  context.note(
    how === 'left'
      ? `Left ${now.name}, which goes on. ${shellLine(['boocode', 'attach', now.name])} comes back.`
      : `${now.name} has ended: ${now.status.state}, ${now.status.evidence.detail}.`,
  );
  return 0;
}
