import type { Item, ToolItem } from '../../../core/talk/items.ts';
import { besideTool } from '../../../core/tool-title.ts';
import type { Tone } from '../../theme/tones.ts';
import { plural } from '../numbers.ts';
import { clean, cut, fitRow, type Row, rowWidth, type Span } from '../span.ts';
import { SPINNER } from '../states.ts';
import { diffCounts, diffRows } from './diff.ts';
import type { Laid, Look } from './items.ts';
import { textRows } from './lines.ts';
import { codeRows } from './markdown/code.ts';
import { durationWords, relative } from './words.ts';

export const TOOL_STATES: Record<ToolItem['state'], { glyph: string; word: string; tone: Tone }> = {
  running: { glyph: SPINNER[0], word: '', tone: 'busy' },
  done: { glyph: '✓', word: '', tone: 'good' },
  failed: { glyph: '✖', word: 'failed', tone: 'bad' },
  denied: { glyph: '⊘', word: 'denied', tone: 'wait' },
  cancelled: { glyph: '⊘', word: 'cancelled', tone: 'dim' },
};

/** Cells that a running call keeps for how long it has run. */
const CLOCK = 4;

/** `✓ Bash  npm test  +3 −1   1.2s`, and unfolded what went in and what came out. */
export function toolRows(item: ToolItem, look: Look): Laid {
  const { width, open, root } = look;
  const { glyph, word, tone } = TOOL_STATES[item.state];
  const runs = item.state === 'running';
  const time = runs ? ' '.repeat(CLOCK) : durationWords(item.durationMs);
  const right: Row = [{ text: `${word ? ` ${word}` : ''}${time ? ` ${time}` : ''}`, tone: word ? tone : 'dim' }];
  const left: Span[] = [
    { text: `${glyph} `, tone },
    { text: clean(item.tool), tone: 'strong' },
  ];
  const title = titleOf(item, root);
  if (title) left.push({ text: `  ${title}` });
  const after: Row = [...counts(item), ...steps(item)];
  const room = Math.max(4, width - rowWidth(right) - rowWidth(after));
  const head = [...(rowWidth(left) > room ? fitRow(left, room) : left), ...after];
  const blank = Math.max(0, width - rowWidth(head) - rowWidth(right));
  const rows: Row[] = [[...head, { text: ' '.repeat(blank) }, ...right]];
  if (open !== 'shut') rows.push(...body(item, Math.max(8, width - 2), { open, root }).map(behindBar));
  else if (item.state === 'failed') rows.push(...failure(item, width));
  const moving: Laid['moving'] = runs
    ? [
        { id: 's', kind: 'spinner', x: 0, y: 0, from: 0, tone: 'busy', selected: false },
        {
          id: 't',
          kind: 'since',
          x: Math.max(2, width - CLOCK + 1),
          y: 0,
          from: item.at,
          tone: 'dim',
          selected: false,
        },
      ]
    : [];
  return { rows, moving };
}

const behindBar = (row: Row): Row => [{ text: '│ ', tone: 'border' }, ...row];

const titleOf = ({ tool, title }: ToolItem, root: string) =>
  besideTool(clean(relative(title, root)).trim(), clean(tool));

function counts({ diff }: ToolItem): Row {
  if (!diff) return [];
  const { added, removed } = diffCounts(diff);
  return [
    { text: `  +${added}`, tone: 'good' },
    { text: ` −${removed}`, tone: 'bad' },
  ];
}

/** What a subagent has done so far. */
function steps({ children }: ToolItem): Row {
  if (children.length === 0) return [];
  const tools = children.filter((one: Item) => one.kind === 'tool').length;
  const count = tools === 0 ? plural(children.length, 'message') : plural(tools, 'step');
  return [{ text: `  ${count}`, tone: 'dim' }];
}

function failure({ error, output }: ToolItem, width: number): Row[] {
  const why = clean((error ?? output).trim().split('\n')[0] ?? '');
  return why ? [[{ text: `  ${cut(why, Math.max(1, width - 2))}`, tone: 'bad' }]] : [];
}

function body(item: ToolItem, width: number, { open, root }: { open: 'open' | 'whole'; root: string }): Row[] {
  const parts: Row[][] = [];
  const { diff, output, error, state } = item;
  parts.push(inputRows(item, width, open));
  // What the title or the diff names needs no line of its own.
  const named = `${item.title} ${diff ?? ''}`;
  const places = item.locations.filter(({ path }) => !named.includes(relative(path, root)));
  parts.push(
    places.map(
      ({ path, line }): Row => [
        { text: `at ${clean(relative(path, root))}${line === null ? '' : `:${line}`}`, tone: 'dim' },
      ],
    ),
  );
  if (diff) parts.push(diffRows(diff, width, { how: open, root }));
  if (output.trim() !== '') parts.push(textRows(output, width, open));
  if (error && error.trim() !== output.trim()) parts.push(textRows(error, width, open, 'bad'));
  if (output.trim() === '' && !error && !diff && state !== 'running') {
    parts.push([[{ text: 'No output.', tone: 'dim' }]]);
  }
  return parts.filter((rows) => rows.length > 0).flatMap((rows, index) => (index === 0 ? rows : [[], ...rows]));
}

/** The command itself where one is run; the arguments else. An edit says what it was by its diff. */
function inputRows({ input, diff, toolKind }: ToolItem, width: number, open: 'open' | 'whole'): Row[] {
  if (input === '' || input === '{}' || (diff && toolKind === 'edit')) return [];
  const value = parsed(input);
  const command = value !== null && typeof value === 'object' && 'command' in value ? value.command : null;
  const words = Array.isArray(command) ? command.join(' ') : command;
  if (toolKind === 'execute' && typeof words === 'string') {
    return codeRows(words.split('\n'), 'sh', width - 2).map(
      (row, index): Row => [{ text: index === 0 ? '$ ' : '  ', tone: 'key' }, ...row],
    );
  }
  const text = value === null ? input : JSON.stringify(value, null, 2);
  const lines = text.split('\n');
  if (lines.length > 12 && open === 'open') return textRows(text, width, open, 'dim');
  return codeRows(lines.slice(0, 500), 'json', width);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
