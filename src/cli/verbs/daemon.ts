import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonClient } from '../../client/daemon.ts';
import { plural, since } from '../../cockpit/views/numbers.ts';
import { BooError } from '../../util/errors.ts';
import { projectPaths } from '../../util/paths.ts';
import { processStart } from '../../util/process.ts';
import { NO_ROOM } from '../agents.ts';
import type { Context } from '../context.ts';
import { printLog } from '../log-file.ts';
import { whole } from '../numbers.ts';
import { type Cell, table } from '../print.ts';
import type { Verb } from '../verb.ts';

const ACTIONS = ['status', 'stop', 'logs'] as const;
/** A daemon that was told to stop has this long to let go of its socket, in milliseconds. */
const STOP_MS = 10_000;
/** And its process this long to end after that. */
const LAST_MS = 3000;

export const daemon: Verb = {
  name: 'daemon',
  usage: 'status | stop [--agents] | logs [-f] [-n N]',
  summary: "look at, end or read the log of this project's daemon",
  details:
    'The daemon starts with the first command that needs it and leaves when nothing runs and nobody is connected. stop leaves the agents running (the next command finds them again); with --agents it stops them too.',
  options: {
    agents: { type: 'boolean', summary: 'with stop: stop all agents too' },
    yes: { type: 'boolean', short: 'y', summary: 'with stop --agents: do not ask' },
    follow: { type: 'boolean', short: 'f', summary: 'with logs: go on with what comes' },
    lines: { type: 'string', short: 'n', value: 'N', summary: 'with logs: the last N lines (default 100)' },
  },
  words: { min: 1, max: 1, completes: ACTIONS },
  examples: [
    { line: 'boocode daemon status', does: 'its process, its agents and hosts' },
    { line: 'boocode daemon stop', does: 'ends it; agents go on' },
  ],
  run(context) {
    const action = context.words[0];
    if (action === 'status') return status(context);
    if (action === 'stop') return stop(context);
    if (action === 'logs') return logs(context);
    throw new BooError(
      'usage',
      `boocode daemon cannot ${JSON.stringify(action)}`,
      `Usage: boocode daemon ${daemon.usage}`,
    );
  },
};

async function status(context: Context): Promise<number> {
  const client = await context.daemon({ start: false });
  const { log, ...value } = await client.call('status', {});
  const { unrecorded } = value;
  const dim = (text: string): Cell => ({ text, style: 'dim' });
  context.print({ ...value, log }, () =>
    table(
      [
        [dim('pid'), String(value.pid)],
        [dim('version'), value.version],
        [dim('up'), since(value.uptime)],
        [dim('agents'), String(value.agents)],
        [dim('clients'), String(value.clients)],
        [dim('hosts'), value.hosts.map((host) => `${host.pid} (${plural(host.agents, 'agent')})`).join(', ') || 'none'],
        ...(unrecorded.length > 0 ? [[dim('unrecorded'), `${unrecorded.join(', ')}, ${NO_ROOM}`]] : []),
        [dim('log'), log],
      ],
      context.paint,
    ),
  );
  return 0;
}

async function stop(context: Context): Promise<number> {
  const agents = context.flag('agents');
  let client: DaemonClient;
  try {
    // Agents may go on without a daemon: only one that knows them can stop them.
    const begin = agents && existsSync(projectPaths(context.project().root).state);
    client = await context.daemon({ start: begin });
  } catch (error) {
    if (!(error instanceof BooError && error.code === 'no_daemon')) throw error;
    context.print({ stopped: false, agents: false }, () => 'No daemon runs for this project.');
    return 0;
  }
  const { agents: running, pid } = await client.call('status', {});
  const start = processStart(pid);
  if (agents && running > 0) {
    const { confirm } = await import('../confirm.ts');
    await confirm(context, `${plural(running, 'agent')} will be stopped. Worktrees and branches stay.`);
  }
  await client.call('stop', { agents }).catch((error) => {
    if (!(error instanceof BooError && error.code === 'no_daemon')) throw error;
  });
  for (const end = performance.now() + STOP_MS; !client.closed; await delay(20)) {
    if (performance.now() > end)
      throw new BooError('failed', 'the daemon still runs', 'Its log says why: boocode daemon logs.');
  }
  // It writes its last after it has let go: who removes the project next must not meet it there. One in a container is not seen.
  const last = performance.now() + LAST_MS;
  while (start !== null && processStart(pid) === start && performance.now() < last) await delay(20);
  context.print({ stopped: true, agents }, () =>
    agents || running === 0
      ? 'The daemon has ended.'
      : `The daemon has ended; ${plural(running, 'agent')} ${running === 1 ? 'goes' : 'go'} on.`,
  );
  return 0;
}

async function logs(context: Context): Promise<number> {
  const follow = context.flag('follow');
  if (follow && context.json) {
    throw new BooError(
      'usage',
      '--follow and --json exclude each other: one JSON value has an end',
      'Leave one of them out.',
    );
  }
  const count = whole('lines', context.option('lines'), 1_000_000) ?? 100;
  return printLog(context, projectPaths(context.project().root).log, { count, follow });
}
