import { inText } from './template.ts';

/** What the named transforms of a code step make of a value. Throw Error in one sentence where it is none that they take. */
export const TRANSFORMS: Readonly<Record<TransformName, (value: unknown) => unknown>> = {
  json: (value) => parsed(textOf(value, 'json')),
  lines: (value) =>
    textOf(value, 'lines')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== ''),
  join: (value) => listOf(value, 'join').map(inText).join('\n'),
  count: (value) => {
    if (typeof value === 'string') return [...value].length;
    return typeof value === 'object' && value !== null ? Object.keys(value).length : refuse('count', 'a list', value);
  },
  unique: (value) => [...new Map(listOf(value, 'unique').map((one) => [stable(one), one])).values()],
  flatten: (value) => listOf(value, 'flatten').flat(),
};

export type TransformName = 'json' | 'lines' | 'join' | 'count' | 'unique' | 'flatten';

/** A text that holds JSON, or holds it between fences as models write it. */
function parsed(text: string): unknown {
  const fenced = /^\s*```(?:json)?\s*\n(.*?)\n\s*```\s*$/s.exec(text)?.[1];
  try {
    return JSON.parse(fenced ?? text);
  } catch {
    throw new Error(`json: this is no JSON: ${text.slice(0, 80)}`);
  }
}

const textOf = (value: unknown, name: string) => (typeof value === 'string' ? value : refuse(name, 'a text', value));
const listOf = (value: unknown, name: string): unknown[] =>
  Array.isArray(value) ? value : refuse(name, 'a list', value);

function refuse(name: string, wanted: string, value: unknown): never {
  throw new Error(`${name} takes ${wanted}, and was given ${(JSON.stringify(value) ?? 'nothing').slice(0, 80)}`);
}

/** The same text for the same value, whatever the order of its keys. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  ) ?? 'null';
