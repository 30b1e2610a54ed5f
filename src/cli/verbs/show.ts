import { since } from '../../cockpit/views/numbers.ts';
import { agentJson } from '../../core/agent-json.ts';
import { exitText } from '../../core/ends.ts';
import type { Agent } from '../../schema/agent.ts';
import { detailOf, NO_ROOM, stateCell } from '../agents.ts';
import { type Cell, type Paint, table } from '../print.ts';
import { shellLine } from '../self.ts';
import type { Verb } from '../verb.ts';

export const show: Verb = {
  name: 'show',
  usage: 'AGENT',
  summary: 'print everything that is known of one agent',
  options: {},
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode show auth-fix --json', does: 'one agent for a script' }],
  async run(context) {
    const daemon = await context.daemon();
    const { agent } = await daemon.call('agent.get', { agent: context.words[0]! });
    const { unrecorded } = await daemon.call('status', {});
    const recording = unrecorded.includes(agent.name) ? `pauses ${NO_ROOM}` : null;
    context.print(agentJson(agent), () => describe(agent, { recording, now: Date.now() }, context.paint));
    return 0;
  },
};

/** One fact a line; what is not known is left out. */
function describe(agent: Agent, { recording, now }: { recording: string | null; now: number }, paint: Paint): string {
  const { status, exit } = agent;
  const facts: [string, string | null][] = [
    ['name', agent.name],
    ['status', `${stateCell(status.state).text} for ${since(now - status.since)}`],
    ['why', `${detailOf(agent)} (${status.evidence.source})`],
    ['runtime', agent.profile ? `${agent.runtime}, profile ${agent.profile}` : agent.runtime],
    ['model', agent.model ?? null],
    ['mode', agent.mode ?? null],
    ['queue', agent.queue?.map(({ text }, at) => `${at + 1}. ${text.split('\n', 1)[0]}`).join('  ') ?? null],
    ['command', agent.argv.map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')],
    ['folder', agent.cwd],
    ['branch', agent.branch && `${agent.branch}, from ${agent.base ?? 'the current commit'}`],
    ['pid', agent.pid === null ? null : String(agent.pid)],
    ['title', agent.title],
    ['started', agent.startedAt === null ? null : `${since(now - agent.startedAt)} ago`],
    ['ended', agent.endedAt === null ? null : `${since(now - agent.endedAt)} ago${exit ? `, ${exitText(exit)}` : ''}`],
    ['recording', recording],
    ['saved', agent.savedRef && `${agent.savedRef} (${shellLine(['boocode', 'restore', agent.name])} brings it back)`],
    ['id', agent.id],
  ];
  const rows = facts
    .filter(([, value]) => value)
    .map(([name, value]): Cell[] => [{ text: name, style: 'dim' }, value!]);
  return table(rows, paint);
}
