import { lexer, type Token, type Tokens } from 'marked';
import type { Row, Span } from '../../span.ts';
import { indented, wrapRow } from '../rich.ts';
import { codeRows } from './code.ts';
import { inline } from './inline.ts';
import { tableRows } from './table.ts';

/** Longer texts (UTF-16 units) are no prose: they are shown as they are, and their rules are not looked for. */
const LONGEST = 50_000;
/** Cells that a quote or a list keeps for its text, however deep it stands. */
const LEAST = 8;
const BULLETS = ['•', '◦', '▪'];

/** Markdown as rows of at most `width` cells. Whatever it is, it comes out as text. */
export function markdownRows(text: string, width: number): Row[] {
  if (text.length > LONGEST) return wrapRow([{ text }], width);
  try {
    return blockRows(lexer(text), width, 0);
  } catch (error) {
    // The lexer gives up at what is nested a thousand times.
    if (error instanceof RangeError) return wrapRow([{ text }], width);
    throw error;
  }
}

/** Blocks with a blank row between them. */
function blockRows(tokens: readonly Token[], width: number, depth: number, tight = false): Row[] {
  const out: Row[] = [];
  for (const token of tokens) {
    const rows = rowsOf(token, width, depth);
    if (rows.length === 0) continue;
    if (out.length > 0 && !tight) out.push([]);
    out.push(...rows);
  }
  return out;
}

function rowsOf(token: Token, width: number, depth: number): Row[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading': {
      const { depth: level, tokens } = token as Tokens.Heading;
      const mark: Row = [{ text: `${'#'.repeat(level)} `, tone: 'dim' }];
      return wrapRow([...mark, ...inline(tokens, 'heading')], width);
    }
    case 'paragraph':
      return wrapRow(inline(token.tokens ?? []), width);
    case 'text': {
      const { tokens, text } = token as Tokens.Text;
      return wrapRow(tokens ? inline(tokens) : [{ text }], width);
    }
    case 'code':
      return code(token as Tokens.Code, width);
    case 'blockquote': {
      if (width - 2 < LEAST) return wrapRow([{ text: token.raw.trimEnd() }], width);
      const rows = blockRows(token.tokens ?? [], width - 2, depth + 1);
      const bar: Row = [{ text: '▎ ', tone: 'border' }];
      return indented(
        rows.map((row) => row.map((span) => ({ ...span, tone: span.tone ?? ('dim' as const) }))),
        bar,
        bar,
      );
    }
    case 'list':
      return listRows(token as Tokens.List, width, depth);
    case 'table':
      return tableRows(token as Tokens.Table, width);
    case 'hr':
      return [[{ text: '─'.repeat(Math.min(width, 40)), tone: 'border' }]];
    default:
      return wrapRow([{ text: token.raw.replace(/\n+$/, ''), tone: 'dim' }], width);
  }
}

/** Every row behind a bar: seen as code where there are no colours, too. */
function code({ text, lang }: Tokens.Code, width: number): Row[] {
  const bar: Row = [{ text: '│ ', tone: 'border' }];
  return indented(codeRows(text.split('\n'), lang ?? null, Math.max(1, width - 2)), bar, bar);
}

function listRows({ ordered, start, items, loose }: Tokens.List, width: number, depth: number): Row[] {
  const last = String(Number(start || 1) + items.length - 1).length;
  return items.flatMap((item, index) => {
    const number = `${String(Number(start || 1) + index).padStart(last)}.`;
    const mark: Span = { text: `${ordered ? number : BULLETS[Math.min(depth, BULLETS.length - 1)]} `, tone: 'accent' };
    const inner = width - mark.text.length;
    if (inner < LEAST) return wrapRow([{ text: item.raw.trimEnd() }], width);
    const [box, rest] = item.task ? [boxOf(item), item.tokens.slice(1)] : [[], item.tokens];
    const body = blockRows(rest, inner - box.reduce((sum, { text }) => sum + text.length, 0), depth + 1, !loose);
    const rows = indented(body.length > 0 ? body : [[]], [mark, ...box], [{ text: ' '.repeat(mark.text.length) }]);
    return loose && index > 0 ? [[], ...rows] : rows;
  });
}

const boxOf = ({ checked }: Tokens.ListItem): Row => [{ text: checked ? '☑ ' : '☐ ', tone: 'accent' }];
