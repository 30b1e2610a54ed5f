import { isLive } from '../../../core/lifecycle.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { TalkUi } from '../../store/talk.ts';
import { fieldLines } from '../dialogs/text.ts';
import { clean, cut, type Row, select } from '../span.ts';

export interface EditorInput {
  agent: Agent;
  ui: TalkUi;
  typing: boolean;
  width: number;
  /** Rows that it may take at most. */
  most: number;
  /** The keys that begin and end typing, as people read them. */
  keys: { type: string; leave: string };
}

export interface EditorView {
  rows: Row[];
  cursor: { x: number; y: number } | null;
}

const MARK = 2;
const QUEUED_ROWS = 3;
const FILES = 6;

/** What waits to be sent, then the text that is written, as many rows as it needs. */
export function editorView({ agent, ui, typing, width, most, keys }: EditorInput): EditorView {
  const before: Row[] = [...queueRows(agent, ui, { width, typing }), ...(typing ? fileRows(ui, width) : [])];
  const room = Math.max(1, most - before.length);
  const inner = Math.max(4, width - MARK - 1);
  if (ui.field.text === '') {
    const row: Row = [
      { text: '❯ ', tone: typing ? 'typing' : 'border' },
      { text: cut(placeholder(agent, typing, keys), inner), tone: 'dim' },
    ];
    return { rows: [...before, row], cursor: typing ? { x: MARK, y: before.length } : null };
  }
  const { rows, x, y } = fieldLines(ui.field, inner);
  const first = Math.max(0, Math.min(y - room + 1, rows.length - room));
  const shown = rows
    .slice(first, first + room)
    .map(
      (row, index): Row => [
        { text: index === 0 ? (first > 0 ? '↑ ' : '❯ ') : '  ', tone: typing ? 'typing' : 'border' },
        ...row.map((span) => ({ ...span, text: clean(span.text) })),
      ],
    );
  return { rows: [...before, ...shown], cursor: typing ? { x: MARK + x, y: before.length + y - first } : null };
}

function placeholder(agent: Agent, typing: boolean, { type, leave }: EditorInput['keys']): string {
  if (!isLive(agent))
    return typing ? 'A prompt goes on with its session.' : `It has ended; ${type} writes to it, its session goes on.`;
  return typing
    ? `⏎ sends · Alt-⏎ new line · @ names a file · ↑ before · ${leave} stops typing`
    : `${type} writes to it`;
}

/** Prompts for the end of the turn, and those that are on their way. */
function queueRows(
  { queue = [] }: Agent,
  { outbox }: TalkUi,
  { width, typing }: Pick<EditorInput, 'width' | 'typing'>,
): Row[] {
  const waits = queue.map(({ text }): Row => one('…', `queued${typing ? ' (↑ takes it back)' : ''}: ${text}`, width));
  const sent = outbox.map(
    ({ text, error }): Row =>
      error ? [{ text: cut(`✖ not sent: ${clean(error)}`, width), tone: 'bad' }] : one('→', `sending: ${text}`, width),
  );
  const all = [...waits, ...sent];
  if (all.length <= QUEUED_ROWS) return all;
  return [...all.slice(0, QUEUED_ROWS - 1), one('…', `${all.length - QUEUED_ROWS + 1} more`, width)];
}

const one = (mark: string, text: string, width: number): Row => [
  { text: `${mark} `, tone: 'accent' },
  { text: cut(clean(text), Math.max(1, width - 3)), tone: 'dim' },
];

function fileRows({ completion }: TalkUi, width: number): Row[] {
  if (!completion || completion.items.length === 0) return [];
  const { items, index } = completion;
  const top = Math.max(0, Math.min(index - FILES + 1, items.length - FILES));
  return items.slice(top, top + FILES).map((path, at): Row => {
    const row: Row = [{ text: cut(`  @${clean(path)}`, width), tone: 'accent' }];
    return top + at === index ? select(row) : row;
  });
}
