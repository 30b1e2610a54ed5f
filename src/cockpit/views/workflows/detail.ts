import type { Tone } from '../../theme/tones.ts';
import { cut, fitRow, line, type Row, wrap } from '../span.ts';

/** Paragraphs that hold nothing but what may be shown. */
export type Words = { text: string; tone?: Tone }[];

/** What is known of a chosen thing beside its row, below a rule with its title. */
export function detailBox(title: string, tone: Tone, words: Words, width: number): Row[] {
  const name = ` ${cut(title, width - 6)} `;
  const rule: Row = [
    { text: '──', tone: 'border' },
    { text: name, tone },
    { text: '─'.repeat(Math.max(0, width - 2 - name.length)), tone: 'border' },
  ];
  const inner = Math.max(1, width - 2);
  return [
    fitRow(rule, width),
    ...words.flatMap((one) => wrap(one.text, inner).map((part) => line(` ${part}`, one.tone))),
  ];
}
