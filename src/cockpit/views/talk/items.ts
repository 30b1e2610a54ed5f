import type {
  ApprovalItem,
  EndItem,
  Item,
  NoticeItem,
  PlanItem,
  PromptItem,
  RawItem,
  SpokenItem,
} from '../../../core/talk/items.ts';
import type { Fold } from '../../store/talk.ts';
import type { Tone } from '../../theme/tones.ts';
import { plural } from '../numbers.ts';
import { clean, cut, type Row, rowWidth, type Span } from '../span.ts';
import type { Moving } from '../view.ts';
import { diffRows } from './diff.ts';
import { textRows } from './lines.ts';
import { markdownRows } from './markdown/blocks.ts';
import { codeRows } from './markdown/code.ts';
import { indented, toned, wrapRow } from './rich.ts';
import { toolRows } from './tool.ts';
import { amounts, durationWords, relative } from './words.ts';

export interface Look {
  width: number;
  open: Fold;
  /** The agent's own folder: paths below it are shown without it. */
  root: string;
}

/** An item as rows of at most `width` cells; what moves by itself counts from its own top left. */
export interface Laid {
  rows: Row[];
  moving: Moving[];
}

/** Rows of a prompt or a line of thought that are seen before it is unfolded. */
const PROMPT_ROWS = 12;

export function itemRows(item: Exclude<Item, SpokenItem & { kind: 'said' }>, look: Look): Laid {
  if (item.kind === 'tool') return toolRows(item, look);
  return { rows: stillRows(item, look), moving: [] };
}

function stillRows(item: Exclude<Item, { kind: 'tool' }>, look: Look): Row[] {
  switch (item.kind) {
    case 'prompt':
      return promptRows(item, look);
    case 'said':
      return saidRows(item, look);
    case 'thought':
      return thoughtRows(item, look);
    case 'plan':
      return planRows(item, look.width);
    case 'end':
      return endRows(item, look.width);
    case 'notice':
      return noticeRows(item, look.width);
    case 'raw':
      return rawRows(item, look);
    case 'approval':
      return approvalRows(item, look);
  }
}

function promptRows({ text, turn, receipt, detail }: PromptItem, { width, open }: Look): Row[] {
  const label: Row = turn === null ? [] : [{ text: ` turn ${turn}`, tone: 'dim' }];
  if (text.trim() === '') return [[{ text: '❯ ', tone: 'key' }, { text: 'goes on by itself', tone: 'dim' }, ...label]];
  const rows = wrapRow([{ text: text.trimEnd(), tone: 'strong' }], width - 2 - rowWidth(label));
  const shown = open === 'shut' ? rows.slice(0, PROMPT_ROWS) : rows;
  const out = indented(shown, [{ text: '❯ ', tone: 'key' }], [{ text: '  ' }]);
  const blank = Math.max(0, width - rowWidth(out[0]!) - rowWidth(label));
  out[0] = [...out[0]!, { text: ' '.repeat(blank) }, ...label];
  const left = rows.length - shown.length;
  if (left > 0)
    out.push([{ text: `  … ${plural(left, 'more row')}: o shows ${left === 1 ? 'it' : 'them'}`, tone: 'accent' }]);
  if (receipt === 'not delivered') out.push([{ text: cut(`  ✖ not delivered: ${clean(detail)}`, width), tone: 'bad' }]);
  else if (receipt !== null && turn === null) {
    out.push([{ text: cut(`  ${receipt}: ${clean(detail)}`, width), tone: 'dim' }]);
  }
  return out;
}

function saidRows({ text, who, plain }: SpokenItem, { width, open }: Look): Row[] {
  if (plain) return textRows(text, width, open === 'whole' ? 'whole' : 'open');
  const rows = markdownRows(text, who === 'agent' ? width : width - 2);
  if (who === 'agent') return rows;
  const mark: Row = [{ text: who === 'user' ? '❯ ' : '· ', tone: who === 'user' ? 'key' : 'dim' }];
  return indented(who === 'system' ? rows.map((row) => toned(row, 'dim')) : rows, mark, [{ text: '  ' }]);
}

function thoughtRows({ text, live }: SpokenItem, { width, open }: Look): Row[] {
  const mark: Span = { text: '∴ ', tone: 'dim' };
  if (open !== 'shut') {
    const rows = markdownRows(text, Math.max(8, width - 2)).map((row) => toned(row, 'dim'));
    return indented(rows, [mark], [{ text: '│ ', tone: 'border' }]);
  }
  const lines = text.trim().split('\n');
  const line = clean((live ? lines.at(-1) : lines[0]) ?? '').replaceAll('**', '');
  const more = lines.length > 1 && !live ? ` … ${lines.length} lines` : '';
  return [[mark, { text: `${cut(line, Math.max(1, width - 2 - more.length))}${more}`, tone: 'dim' }]];
}

const PLAN: Record<PlanItem['entries'][number]['status'], { box: string; tone: Tone; text?: Tone }> = {
  done: { box: '☑', tone: 'good', text: 'dim' },
  running: { box: '▸', tone: 'busy', text: 'strong' },
  pending: { box: '☐', tone: 'dim' },
};

function planRows({ entries }: PlanItem, width: number): Row[] {
  const done = entries.filter(({ status }) => status === 'done').length;
  const head: Row = [
    { text: 'Plan', tone: 'strong' },
    { text: ` ${done}/${entries.length}`, tone: 'dim' },
  ];
  return [
    head,
    ...entries.flatMap(({ text, status }) => {
      const { box, tone, text: look } = PLAN[status];
      const rows = wrapRow([{ text, ...(look && { tone: look }) }], Math.max(8, width - 4));
      return indented(rows, [{ text: `  ${box} `, tone }], [{ text: '    ' }]);
    }),
  ];
}

function endRows({ turn, outcome, message, durationMs, tokens, usd }: EndItem, width: number): Row[] {
  const facts = [durationWords(durationMs), ...amounts(tokens, usd)].filter(Boolean).join(' · ');
  if (outcome === 'completed') return [[{ text: cut(`── turn ${turn} · ${facts} ──`, width), tone: 'border' }]];
  const [glyph, word, tone] =
    outcome === 'failed' ? (['✖', 'failed', 'bad'] as const) : (['⊘', 'interrupted', 'wait'] as const);
  const why = message ? `: ${clean(message)}` : '';
  const rows = wrapRow([{ text: `${glyph} turn ${turn} ${word}${why}`, tone }], width);
  return [...rows, [{ text: cut(`── ${facts} ──`, width), tone: 'border' }]];
}

function noticeRows({ level, text, times }: NoticeItem, width: number): Row[] {
  const tone: Tone = level === 'error' ? 'bad' : level === 'warning' ? 'wait' : 'dim';
  const mark = level === 'error' ? '✖ ' : level === 'warning' ? '! ' : '· ';
  const rows = wrapRow([{ text: `${text}${times > 1 ? ` ×${times}` : ''}`, tone }], Math.max(8, width - 2));
  return indented(rows, [{ text: mark, tone }], [{ text: '  ' }]);
}

function rawRows({ lines, count }: RawItem, { width, open }: Look): Row[] {
  const first = clean(lines[0] ?? '');
  const head = count === 1 ? first : `${count} lines of other output: ${first}`;
  const row: Row = [{ text: cut(`┊ ${head}`, width), tone: 'dim' }];
  if (open === 'shut') return [row];
  const rows = textRows(lines.join('\n'), Math.max(8, width - 2), open, 'dim');
  return rows.map((one): Row => [{ text: '┊ ', tone: 'border' }, ...one]);
}

const VERDICTS = { once: 'allowed once', session: 'allowed for the session', always: 'always allowed', deny: 'denied' };

function approvalRows({ approval, answer, by }: ApprovalItem, { width, open, root }: Look): Row[] {
  const [tool, title] = [clean(approval.tool), clean(relative(approval.title, root))];
  const asked = title.startsWith(tool) ? title : `${tool}: ${title}`;
  if (by === null) {
    const rows = wrapRow([{ text: `asks: ${asked}`, tone: 'wait' }], Math.max(8, width - 2));
    const why = approval.reason ? wrapRow([{ text: approval.reason, tone: 'dim' }], Math.max(8, width - 2)) : [];
    const head = indented([...rows, ...why], [{ text: '◆ ', tone: 'wait' }], [{ text: '  ' }]);
    return open === 'shut' ? head : [...head, ...approvalBody(approval, width, root)];
  }
  const who = by.who === 'person' ? '' : by.detail ? ` (${clean(by.detail)})` : ` (${by.who})`;
  const verdict = answer ? VERDICTS[answer.verdict] : by.who === 'withdrawn' ? 'withdrawn' : 'answered elsewhere';
  const no = answer?.verdict === 'deny';
  const reason = answer?.reason ? `: ${clean(answer.reason)}` : '';
  const row: Row = [
    { text: no ? '✗ ' : answer ? '✓ ' : '· ', tone: no ? 'bad' : answer ? 'good' : 'dim' },
    { text: cut(`${verdict}${reason}${who} · ${asked}`, Math.max(1, width - 2)), tone: 'dim' },
  ];
  return open === 'shut' ? [row] : [row, ...approvalBody(approval, width, root)];
}

function approvalBody({ command, diff, input }: ApprovalItem['approval'], width: number, root: string): Row[] {
  const inner = Math.max(8, width - 2);
  const rows = diff
    ? diffRows(diff, inner, { how: 'open', root })
    : command
      ? codeRows(command.split('\n'), 'sh', inner)
      : textRows(input, inner, 'open', 'dim');
  return rows.map((row): Row => [{ text: '│ ', tone: 'border' }, ...row]);
}
