import type { Agent } from '../../../schema/agent.ts';
import type { TalkUi } from '../../store/talk.ts';
import { cut, line, type Row, type Span } from '../span.ts';
import type { Moving } from '../view.ts';
import { editorView } from './editor.ts';
import { type Entry, indentOf, laidEntry } from './entries.ts';
import { talkHeader } from './header.ts';
import { stripRow } from './strip.ts';
import { type Area, type Sight, sightOf } from './window.ts';

export interface TalkInput {
  agent: Agent;
  ui: TalkUi;
  entries: readonly Entry[];
  area: Area;
  /** Keys go into its editor. */
  typing: boolean;
  /** It is the one that keys would go to. */
  chosen: boolean;
  /** Nothing is known of the conversation yet, or why not. */
  missing: string | null;
  keys: { type: string; leave: string; answer: string };
}

export interface TalkScreen {
  rows: Row[];
  cursor: { x: number; y: number } | null;
  moving: Moving[];
  /** Where the conversation stands, and which rows of it. */
  body: { y: number; height: number };
  sight: Sight;
}

/** A screen gives its last rows to the editor first, then to the line above it, then to the header. */
const HEADER_FROM = 9;
const STRIP_FROM = 4;

/** Rows of the conversation among so many: what is not header, line and editor. */
export function bodyOf(input: Omit<TalkInput, 'entries'>): {
  y: number;
  height: number;
  editor: ReturnType<typeof editorView>;
} {
  const { agent, ui, area, typing, chosen, keys } = input;
  const { width, height } = area;
  const y = height >= HEADER_FROM ? 1 : 0;
  const strip = height >= STRIP_FROM ? 1 : 0;
  const most = Math.max(1, Math.min(12, Math.floor(height / 2)));
  const shows = typing || (chosen && height >= STRIP_FROM) || ui.outbox.length > 0;
  const editor = shows ? editorView({ agent, ui, typing, width, most, keys }) : { rows: [], cursor: null };
  return { y, height: Math.max(0, height - y - strip - editor.rows.length), editor };
}

/** The whole conversation pane: header, what was said, the line of what it does, editor. */
export function talkScreen(input: TalkInput): TalkScreen {
  const { agent, ui, entries, area, typing, missing } = input;
  const { width } = area;
  const { y, height, editor } = bodyOf(input);
  const rows: Row[] = y > 0 ? [talkHeader(agent, width)] : [];
  const moving: Moving[] = [];
  const sight = sightOf(entries, ui.top, { width, height });
  sight.spots.forEach(({ index, row }, at) => {
    const entry = entries[index]!;
    const laid = laidEntry(entry, width);
    const isBlank = entry.gap && row === 0;
    const text = isBlank ? [] : (laid.rows[row - Number(entry.gap)] ?? []);
    rows.push(isBlank ? [] : bodyRow(entry, text, ui));
    if (isBlank) return;
    for (const one of laid.moving) {
      if (one.y !== row - Number(entry.gap)) continue;
      moving.push({ ...one, id: `${at} ${one.id}`, x: one.x + indentOf(entry), y: y + at });
    }
  });
  if (entries.length === 0 && height > 0)
    rows.push(line(cut(`  ${missing ?? 'Nothing has been said yet.'}`, width), 'dim'));
  while (rows.length < y + height) rows.push([]);
  if (area.height >= STRIP_FROM) {
    const strip = stripRow({
      agent,
      width,
      note: ui.note,
      answers: typing ? `${input.keys.leave}, ${input.keys.answer}` : input.keys.answer,
      canInterrupt: canInterrupt(input),
      ...belowOf(sight, entries, ui),
    });
    moving.push(...strip.moving.map((one) => ({ ...one, y: rows.length })));
    rows.push(strip.row);
  }
  const top = rows.length;
  rows.push(...editor.rows);
  const cursor = typing && editor.cursor ? { x: editor.cursor.x, y: top + editor.cursor.y } : null;
  return { rows: rows.slice(0, area.height), cursor, moving, body: { y, height }, sight };
}

const canInterrupt = ({ typing, ui, agent }: TalkInput): boolean =>
  typing && ui.field.text === '' && ui.completion === null && (agent.turn?.startedAt ?? null) !== null;

function belowOf({ spots, atEnd }: Sight, entries: readonly Entry[], { seen }: TalkUi) {
  if (atEnd) return { percent: null, fresh: 0 };
  const last = (spots.at(-1)?.index ?? 0) + 1;
  const percent = Math.min(99, Math.floor((100 * last) / Math.max(1, entries.length)));
  return { percent, fresh: Math.max(0, entries.length - Math.max(seen, last)) };
}

/** The mark of where one stands, the bars of subagents, the text with what is looked for in it. */
function bodyRow(entry: Entry, row: Row, { chosen, find }: TalkUi): Row {
  const here = entry.item.key === chosen;
  const bars = '│ '.repeat((indentOf(entry) - 2) / 2);
  const lead: Span[] = [{ text: here ? '▌ ' : '  ', tone: 'focus' }];
  if (bars) lead.push({ text: bars, tone: 'border' });
  return [...lead, ...(find.text === '' ? row : row.flatMap((span) => marked(span, find.text.toLowerCase())))];
}

function marked(span: Span, wanted: string): Span[] {
  const text = span.text.toLowerCase();
  const out: Span[] = [];
  let at = 0;
  // Letters that change their length with their case are not looked for.
  for (
    let from = text.indexOf(wanted);
    from >= 0 && text.length === span.text.length;
    from = text.indexOf(wanted, at)
  ) {
    if (from > at) out.push({ ...span, text: span.text.slice(at, from) });
    at = from + wanted.length;
    out.push({ ...span, text: span.text.slice(from, at), tone: 'match' });
  }
  return at === 0 ? [span] : [...out, ...(at < span.text.length ? [{ ...span, text: span.text.slice(at) }] : [])];
}
