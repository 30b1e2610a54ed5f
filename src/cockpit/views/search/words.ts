import type { Pattern } from '../../../schema/search.ts';
import type { Cockpit } from '../../store/model.ts';
import type { Scope } from '../../store/search.ts';
import { clean } from '../span.ts';
import { STATES } from '../states.ts';

const CASES: Record<Pattern['case'], string> = { smart: 'smart case', exact: 'exact case', ignore: 'any case' };

/** How a pattern is meant: `smart case · regex`. */
export const patternWords = ({ case: how, fixed }: Pick<Pattern, 'case' | 'fixed'>): string =>
  `${CASES[how]} · ${fixed ? 'text' : 'regex'}`;

/** Where is looked: `all agents`, `auth-fix`, `waiting agents`. */
export function scopeWords(scope: Scope, { data }: Pick<Cockpit, 'data'>): string {
  if (scope.kind === 'all') return 'all agents';
  if (scope.kind === 'state') return `${STATES[scope.state].word} agents`;
  return clean(data.project?.agents[scope.id]?.name ?? 'an agent that is gone');
}
