import { columnsOf } from '../core/search/columns.ts';
import type { Match, SearchResult } from '../schema/search.ts';
import type { Paint } from './print.ts';

/** What `search --json` prints: times as ISO 8601, columns as terminal cells counted from 1. */
export function searchJson({ matches, ...rest }: SearchResult) {
  return {
    matches: matches.map(({ agent, id, epoch, line, at, text, spans, before, after, source }) => ({
      agent,
      id,
      epoch,
      line,
      time: new Date(at).toISOString(),
      text,
      columns: columnsOf(text, spans),
      before,
      after,
      source,
    })),
    ...rest,
  };
}

/** As ripgrep prints it: the agent's name, `line:text` for hits, `line-text` around them, `--` where lines are left out. */
export function searchText({ matches }: SearchResult, paint: Paint): string {
  const groups = Map.groupBy(matches, ({ id, epoch }) => `${id}.${epoch}`);
  const lives = new Set([...groups.values()].map(([first]) => first!.id)).size < groups.size;
  return [...groups.values()].map((group) => groupText(group, lives, paint)).join('\n\n');
}

function groupText(matches: Match[], withLife: boolean, paint: Paint): string {
  const [{ agent, epoch }] = matches as [Match];
  const lines = new Map<number, string>();
  for (const { line, before, after } of matches) {
    for (const [index, text] of before.entries()) lines.set(line - before.length + index, text);
    for (const [index, text] of after.entries()) lines.set(line + 1 + index, text);
  }
  const hits = new Map(matches.map((match) => [match.line, match]));
  const numbers = [...new Set([...lines.keys(), ...hits.keys()])].sort((a, b) => a - b);
  const withContext = lines.size > 0;
  const rows = numbers.flatMap((number, index) => {
    const hit = hits.get(number);
    const text = hit ? highlighted(hit, paint) : plain(lines.get(number)!);
    const gap = withContext && index > 0 && numbers[index - 1] !== number - 1;
    return [...(gap ? [paint('dim', '--')] : []), `${paint('green', String(number))}${hit ? ':' : '-'}${text}`];
  });
  return [paint('magenta', withLife ? `${agent} (life ${epoch})` : agent), ...rows].join('\n');
}

function highlighted({ text, spans }: Match, paint: Paint): string {
  let out = '';
  let at = 0;
  for (const [start, end] of spans) {
    out += plain(text.slice(at, start)) + paint('red', plain(text.slice(start, end)));
    at = end;
  }
  return out + plain(text.slice(at));
}

/** Nothing of what an agent printed may act on the person's terminal. */
const plain = (text: string) => text.replace(/[\x00-\x1f\x7f-\x9f]/g, '');
