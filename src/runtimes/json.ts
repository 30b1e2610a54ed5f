/*
 * Reading what agents print: any value may be anything, and a report that is not as expected is one that says less, never an end.
 * zod would take several times as long as parsing itself, for lines of which most fields are passed over.
 */

export type Json = Record<string, unknown>;

const NONE: Json = Object.freeze({});

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const objectOf = (value: unknown): Json => (isObject(value) ? value : NONE);
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const objectsOf = (value: unknown): Json[] => listOf(value).filter(isObject);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
export const countOf = (value: unknown): number => numberOrNull(value) ?? 0;

/** The text that a string in JSON stands for, or null: it is none. */
export function parseText(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}

/** The object that a line holds, or null: it holds none. */
export function parseObject(line: string): Json | null {
  if (!line.startsWith('{')) return null;
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return null;
  }
}
