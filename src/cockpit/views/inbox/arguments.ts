import { reveal } from '../review/code.ts';
import type { Row } from '../span.ts';
import { exactRows } from './fold.ts';

/** Arguments of a tool as they were given: a row for each that is short, a block for each text of several lines. */
export function argumentRows(input: string, width: number): Row[] {
  const value = parsed(input);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return exactRows(value === undefined ? input : JSON.stringify(value, null, 2), width);
  }
  return Object.entries(value).flatMap(([name, one]): Row[] => {
    const text = typeof one === 'string' ? one : JSON.stringify(one, null, 2);
    const label = `${reveal(name)}: `;
    if (!text.includes('\n') && label.length + text.length < width - 2) {
      return [[{ text: '│ ', tone: 'border' }, { text: label, tone: 'dim' }, { text: reveal(text) }]];
    }
    return [
      [
        { text: '│ ', tone: 'border' },
        { text: label, tone: 'dim' },
      ],
      ...exactRows(text, width),
    ];
  });
}

/** Undefined: it is no JSON (any more, where it was cut). */
function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined;
  }
}
