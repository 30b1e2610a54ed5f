import type { Row, Span } from '../span.ts';

/** Cells of a setting's name. */
export const LABEL = 13;

/** A value among several. */
export const choice = (text: string, chosen: boolean): Span => ({
  text: chosen ? `‹ ${text} ›` : `  ${text}`,
  tone: chosen ? 'focus' : 'plain',
});

/** A row for each setting of a dialog: where one stands, its name, its value. */
export const settingRows = <K extends string>(
  names: readonly K[],
  at: K,
  labels: Readonly<Record<K, string>>,
  values: Readonly<Record<K, Span>>,
): Row[] =>
  names.map((name) => [
    { text: name === at ? '▸' : ' ', tone: 'focus' },
    { text: labels[name].padEnd(LABEL - 1), tone: name === at ? 'strong' : 'dim' },
    values[name],
  ]);
