import type { RulesFile } from '../../schema/detect.ts';
import type { RuleBook, Screen, ScreenRule, Zone } from './types.ts';
import { flat, rowsAbove } from './zones.ts';

/** Characters of a text that a pattern of a file is tried on. */
const TEXT_CHARS = 4000;
const HEAD_ROWS = 5;

/** Where a program's own part of the screen is not known: the row of the cursor, what stands below it, and the rows above. */
function plainZone({ lines, cursor }: Screen): Zone {
  return {
    kind: 'input',
    text: flat([lines[cursor.y] ?? '']),
    foot: flat(lines.slice(cursor.y + 1)).slice(0, TEXT_CHARS),
    head: flat(rowsAbove(lines, cursor.y, HEAD_ROWS)),
  };
}

type Parts = Pick<RulesFile['rules'][number], 'title' | 'text' | 'foot' | 'head'>;

const compiled = (parts: Parts): Pick<ScreenRule, 'title' | 'text' | 'foot' | 'head'> =>
  Object.fromEntries(
    (['title', 'text', 'foot', 'head'] as const).flatMap((part) => {
      const pattern = parts[part];
      return pattern === undefined ? [] : [[part, new RegExp(pattern, 'u')]];
    }),
  );

/** A book made of the rules of a file and the built-in book of that runtime, if it has one. */
export function withRules(agent: string, file: RulesFile, base: RuleBook | undefined): RuleBook {
  const rules = file.rules.map(
    ({ id, in: where, not, says, waitingFor, forMs, detail, ...parts }): ScreenRule => ({
      ...{ id, in: where, says, detail, ...compiled(parts) },
      ...(not && { not: compiled(not) }),
      ...(waitingFor && { waitingFor }),
      ...(forMs !== undefined && { forMs }),
    }),
  );
  const own = file.instead ? [] : (base?.rules ?? []);
  const zone = base?.zone ?? plainZone;
  return { ...base, agent, version: file.version, seen: file.seen, zone, rules: [...rules, ...own] };
}
