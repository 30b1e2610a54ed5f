import type { Rect } from '../../../core/layout/rect.ts';
import type { Agent } from '../../../schema/agent.ts';
import { byUrgency } from '../../selectors/sessions.ts';
import { agentsOf } from '../../selectors/workflows/runs.ts';
import type { Cockpit } from '../../store/model.ts';
import { clean, cut, fitRow, line, type Row, rowWidth } from '../span.ts';
import { STATES, stateWords } from '../states.ts';
import { headRows } from './run.ts';

/** A run among the tiles: how far it is, then its agents, those that need somebody first. */
export function runTile(
  state: Cockpit,
  run: Agent,
  { width, height }: Pick<Rect, 'width' | 'height'>,
  now: number,
): Row[] {
  const head = headRows(state, run, null, width, now).slice(0, height);
  const agents = agentsOf(state, run.id).toSorted((a, b) => byUrgency(a, b) || b.status.since - a.status.since);
  const room = Math.max(0, height - head.length - 1);
  const shown = agents.length > room ? agents.slice(0, Math.max(0, room - 1)) : agents;
  const hidden = agents.length - shown.length;
  const more = hidden > 0 && room > 0 ? [line(cut(` and ${hidden} more`, width), 'dim')] : [];
  return [...head, ...(agents.length > 0 ? [[]] : []), ...shown.map((one) => agentRow(one, width)), ...more];
}

function agentRow(agent: Agent, width: number): Row {
  const { glyph, tone } = STATES[agent.status.state];
  const right: Row = [{ text: ` ${stateWords(agent)} `, tone }];
  const left: Row = [{ text: ` ${glyph} `, tone }, { text: clean(agent.call?.label ?? agent.name) }];
  return [...fitRow(left, Math.max(0, width - rowWidth(right))), ...right];
}
