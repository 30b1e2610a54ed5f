import type { Tone } from '../cockpit/theme/tones.ts';
import { since } from '../cockpit/views/numbers.ts';
import { STATES } from '../cockpit/views/states.ts';
import { agentJson } from '../core/agent-json.ts';
import type { Agent } from '../schema/agent.ts';
import type { StatusState } from '../schema/status.ts';
import type { Context } from './context.ts';
import { type Cell, type Paint, type Style, table } from './print.ts';

/** What the command line has for the tones that states are drawn in; it keeps to the sixteen colours of the terminal's own theme. */
const STYLES: Partial<Record<Tone, Style>> = { busy: 'green', wait: 'yellow', calm: 'blue', good: 'green', bad: 'red' };

/** For how long a recording pauses. */
export const NO_ROOM = 'until there is room on the disk';

/** The cockpit's glyph, the state's own name (what `wait --for` takes), and a colour. */
export const stateCell = (state: StatusState): { text: string; style: Style } => ({
  text: `${STATES[state].glyph} ${state}`,
  style: STYLES[STATES[state].tone] ?? 'dim',
});

/** Why its status is what it is, and what it waits for. */
export function detailOf(agent: Agent): string {
  const { evidence, waitingFor } = agent.status;
  const checks = agent.check?.state === 'running' ? `${agent.check.command} checks its edits` : evidence.detail;
  const detail = waitingFor ? `for ${waitingFor}: ${evidence.detail}` : checks;
  return agent.archived ? `archived; ${detail}` : detail;
}

/** The agents as a table, oldest first. */
export function agentTable(agents: readonly Agent[], now: number, paint: Paint): string {
  const head = ['NAME', 'STATUS', 'SINCE', 'RUNTIME', 'BRANCH', 'WHY'].map((text): Cell => ({ text, style: 'dim' }));
  const rows = [...agents]
    .sort((a, b) => a.createdAt - b.createdAt)
    .map((agent): Cell[] => [
      { text: agent.name, style: 'bold' },
      stateCell(agent.status.state),
      since(now - agent.status.since),
      agent.profile ?? agent.runtime,
      agent.branch ?? '-',
      { text: detailOf(agent), style: 'dim' },
    ]);
  return table([head, ...rows], paint);
}

/** One agent in one line: its name and what it does now. */
export function agentLine(agent: Agent, paint: Paint): string {
  const { text, style } = stateCell(agent.status.state);
  return `${paint('bold', agent.name)}  ${paint(style, text)}  ${paint('dim', detailOf(agent))}`;
}

/** Prints an agent: as JSON, or in one line. */
export const printAgent = (context: Context, agent: Agent): void =>
  context.print(agentJson(agent), () => agentLine(agent, context.paint));
