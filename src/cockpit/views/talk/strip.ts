import { isLive } from '../../../core/lifecycle.ts';
import type { Agent } from '../../../schema/agent.ts';
import { clean, cut, fitRow, type Row, rowWidth, type Span } from '../span.ts';
import { isMoving, STATES, stateWords } from '../states.ts';
import type { Moving } from '../view.ts';

export interface StripInput {
  agent: Agent;
  width: number;
  /** Keys go into the editor, and it is empty: Escape would interrupt. */
  canInterrupt: boolean;
  note: string | null;
  /** The key that answers what it asks, as people read it. */
  answers: string;
  /** How far down one is, in percent; null: the end is in sight. */
  percent: number | null;
  /** Entries below that nobody has seen. */
  fresh: number;
}

/** Cells of `since`, with a blank before it. */
const CLOCK = 4;

/** The line between conversation and editor: what it does and for how long, what was said to keys, how far down one is. */
export function stripRow(input: StripInput): { row: Row; moving: Moving[] } {
  const { agent, width, note } = input;
  const { glyph, tone } = STATES[agent.status.state];
  const works = isMoving(agent.status.state);
  const since = agent.turn?.startedAt ?? null;
  const left: Span[] = [
    { text: '─ ', tone: 'border' },
    { text: `${glyph} `, tone },
    { text: stateWords(agent), tone },
  ];
  const moving: Moving[] = [];
  if (works) moving.push({ id: 'spinner', kind: 'spinner', x: 2, y: 0, from: 0, tone, selected: false });
  if (works && since !== null) {
    moving.push({ id: 'since', kind: 'since', x: rowWidth(left) + 1, y: 0, from: since, tone: 'dim', selected: false });
    left.push({ text: ' '.repeat(CLOCK) });
  }
  const words = note ?? (input.canInterrupt ? 'Esc interrupts' : asks(input) || trouble(agent));
  if (words) left.push({ text: ' · ', tone: 'border' }, { text: clean(words), tone: note ? 'wait' : 'dim' });
  const right = whereabouts(input);
  const room = Math.max(0, width - rowWidth(right) - 2);
  const head = rowWidth(left) > room ? fitRow(left, room) : left;
  const rule = Math.max(0, width - rowWidth(head) - rowWidth(right) - 1);
  return { row: fitRow([...head, { text: ' ' }, { text: '─'.repeat(rule), tone: 'border' }, ...right], width), moving };
}

const asks = ({ agent: { approvals = [] }, answers }: StripInput): string =>
  approvals.length > 0 ? `${answers} answers it` : '';

const trouble = (agent: Agent): string | null => {
  if (agent.paused) {
    // What a limit holds says itself when it goes on.
    const why = agent.retries?.held === undefined ? `${agent.paused}: boocode resume ${agent.name}` : agent.paused;
    return agent.status.state === 'paused' ? why : `paused: ${why}`;
  }
  if (agent.check?.state === 'running') return `${agent.check.command} checks its edits`;
  if (agent.trouble) return cut(agent.trouble.message, 60);
  return isLive(agent) ? null : agent.status.evidence.detail;
};

function whereabouts({ percent, fresh }: StripInput): Row {
  if (percent === null) return [];
  const news: Row = fresh > 0 ? [{ text: ` ↓ ${fresh} new below`, tone: 'wait' }] : [];
  return [...news, { text: ` ${percent}% `, tone: 'dim' }];
}
