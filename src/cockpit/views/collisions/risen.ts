import type { Collision } from '../../../schema/collision.ts';
import { rankOf } from '../../selectors/review/collisions.ts';
import { SEVERITIES } from '../review/marks.ts';
import { clean } from '../span.ts';

const SENTENCES = {
  same_line: 'change the same lines of',
  adjacent_line: 'change lines close to each other in',
  different_area: 'both change',
} as const;

/** What is said of collisions that are new or have become worse; null: nothing that somebody need know. */
export function risenWords(risen: readonly Collision[]): { level: 'info' | 'warning'; text: string } | null {
  const loud = risen
    .filter(({ severity }) => severity !== 'identical')
    .sort((a, b) => rankOf(a.severity) - rankOf(b.severity));
  const worst = loud[0];
  if (!worst || worst.severity === 'identical') return null;
  const [a, b] = worst.agents.map(clean);
  const more = loud.length > 1 ? `, and ${loud.length - 1} more` : '';
  const level = worst.severity === 'different_area' ? 'info' : 'warning';
  const { glyph } = SEVERITIES[worst.severity];
  return { level, text: `${glyph} ${a} and ${b} ${SENTENCES[worst.severity]} ${clean(worst.file)}${more}.` };
}
