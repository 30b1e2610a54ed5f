import { BooError, messageOf } from '../../util/errors.ts';
import { keymapOf } from '../selectors/keymap.ts';
import type { Cockpit } from '../store/model.ts';
import { keyLabel } from '../views/keys.ts';

/** Remedies are written for the command line. In the cockpit, its options are fields of a dialog. */
const FIELDS: [RegExp, string][] = [
  [/Name an existing one with --base/, 'Write the name of an existing one as Base'],
  [/use --no-worktree to run/, 'switch Worktree off to run'],
  [/Choose another name, or give --branch\./, 'Choose another name.'],
  [/Leave --branch and --base away/, 'Leave Base empty'],
  [/Give it after --, e\.g\. boocode new -- vim\./, 'Write it as Command, e.g. vim.'],
];

/** … and its verbs are keys, for the agent that is selected. Restoring by key is for what was archived or removed. */
const VERBS: [RegExp, string][] = [
  [/boocode restart (?:.+? )?(?=starts )/, 'restart'],
  [/boocode restore (?:.+? )?(?=brings it back)/, 'restore'],
  [/-F (?=searches for)/, 'search-fixed'],
  [/boocode rm (?:.+? )?(?=removes )/, 'remove'],
];

/** What failed, in one sentence, and what to do about it in the cockpit. */
export function sentence(error: unknown, state: Pick<Cockpit, 'data'>): string {
  const keys = keymapOf(state);
  let hint = error instanceof BooError && error.hint ? ` ${error.hint}` : '';
  for (const [words, field] of FIELDS) hint = hint.replace(words, field);
  for (const [words, id] of VERBS) hint = hint.replace(words, `${keyLabel(keys.keysOf(id)[0] ?? ':')} `);
  const message = messageOf(error);
  return `${message}${/[.!?]$/.test(message) ? '' : '.'}${hint}`;
}
