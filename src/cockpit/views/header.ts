import type { Agent } from '../../schema/agent.ts';
import type { StatusState } from '../../schema/status.ts';
import { agentList } from '../selectors/sessions.ts';
import type { Cockpit } from '../store/model.ts';
import type { Tone } from '../theme/tones.ts';
import { clock, dollars, short } from './numbers.ts';
import { clean, fitRow, type Row, rowWidth, type Span } from './span.ts';
import { STATES } from './states.ts';
import type { View } from './view.ts';

/** States that are counted together, under the look of the first. */
const COUNTED: { states: StatusState[]; word?: string }[] = [
  { states: ['running', 'preparing', 'pending'] },
  { states: ['waiting'] },
  { states: ['stalled'] },
  { states: ['idle', 'paused'] },
  { states: ['unknown'] },
  { states: ['failed', 'timed_out'] },
  { states: ['completed', 'cancelled'], word: 'ended' },
];
/** What a narrow screen says before all else: somebody is needed. */
const LOUD: readonly StatusState[] = ['waiting', 'stalled', 'failed', 'timed_out'];
/** Cells that the project keeps beside the counts. */
const LEFT_LEAST = 24;
const GAP: Span = { text: '  ' };

/** The top line: project, how many agents are in which state, cost, tokens, clock. What does not fit goes, the least needed first. */
export function headerView(state: Cockpit, width: number, now: number): View {
  const agents = agentList(state);
  const left = project(state);
  const time: Row = [{ text: ` ${clock(now)} `, tone: 'dim' }];
  const link = linkNote(state);
  const money = totals(agents);
  const candidates: Row[] = [
    [...counts(agents, true), ...money],
    counts(agents, true),
    [...counts(agents, false), ...money],
    counts(agents, false),
    counts(
      agents.filter(({ status }) => LOUD.includes(status.state)),
      false,
    ),
  ].map((row) => [...link, ...row]);
  const room = width - rowWidth(time) - 2;
  const leftLeast = Math.min(rowWidth(left), LEFT_LEAST);
  const loud = [
    ...link,
    ...counts(
      agents.filter(({ status }) => LOUD.includes(status.state)),
      false,
    ),
  ];
  const middle = candidates.find((row) => rowWidth(row) + leftLeast <= room) ?? loud;
  const shownLeft = fitRow(left, Math.max(0, Math.min(rowWidth(left), room - rowWidth(middle))));
  const blank = Math.max(0, width - rowWidth(shownLeft) - rowWidth(middle) - rowWidth(time));
  const row = fitRow([...shownLeft, { text: ' '.repeat(blank) }, ...middle, ...time], width);
  const moving = { id: 'clock', x: width - 6, y: 0, kind: 'clock', from: 0, tone: 'dim', selected: false } as const;
  return { rows: [row], moving: [moving] };
}

function project({ data, ui }: Cockpit): Row {
  const spans: Span[] = [{ text: ' boocode', tone: 'brand' }, GAP];
  spans.push({ text: clean(data.project?.project.name ?? ui.title), tone: 'strong' });
  const refs = data.refs;
  if (refs?.current) {
    const ahead = refs.ahead ? ` ↑${refs.ahead}` : '';
    const behind = refs.behind ? ` ↓${refs.behind}` : '';
    spans.push(GAP, { text: `${clean(refs.current)}${ahead}${behind}`, tone: 'dim' });
  }
  return spans;
}

function linkNote({ data }: Cockpit): Row {
  if (data.link === 'lost') return [{ text: '! daemon lost, connecting again', tone: 'bad' }, GAP];
  return data.link === 'starting' ? [{ text: 'starting…', tone: 'dim' }, GAP] : [];
}

function counts(agents: Agent[], words: boolean): Row {
  return COUNTED.flatMap(({ states, word }): Span[] => {
    const count = agents.filter((agent) => states.includes(agent.status.state)).length;
    if (count === 0) return [];
    const look = STATES[states[0]!];
    const tone: Tone = look.tone;
    return [{ text: `${look.glyph} ${count}${words ? ` ${word ?? look.word}` : ''}`, tone }, GAP];
  });
}

function totals(agents: Agent[]): Row {
  const costs = agents.flatMap(({ cost }) => (cost ? [cost] : []));
  const tokens = agents.flatMap((agent) => (agent.tokens ? [agent.tokens] : []));
  const usd = costs.reduce((sum, cost) => sum + cost.usd, 0);
  // A sum with one estimate in it is an estimate.
  const about = costs.some(({ provenance }) => provenance === 'estimated') ? '~' : '';
  const total = tokens.reduce((sum, one) => sum + one.input + one.output + one.cacheRead + one.cacheWrite, 0);
  const spans: Span[] = [];
  if (costs.length) spans.push({ text: `${about}${dollars(usd)}` }, GAP);
  if (tokens.length) spans.push({ text: `${short(total)} tok` }, GAP);
  return spans;
}
