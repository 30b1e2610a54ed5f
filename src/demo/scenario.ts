import { readFileSync } from 'node:fs';
import { Scenario } from '../schema/scenario.ts';
import { BooError, messageOf } from '../util/errors.ts';

/** Reads a scenario file. Throws BooError `usage` that names the file, the place in it and what was expected there. */
export function readScenario(file: string): Scenario {
  const checked = Scenario.safeParse(parse(file));
  if (!checked.success) {
    const issue = checked.error.issues[0]!;
    const place = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
    throw new BooError('usage', `${file}: ${place.replace(/^\./, '') || 'the file'}: ${issue.message}`, HINT);
  }
  for (const { match } of checked.data.prompts ?? []) {
    try {
      new RegExp(match);
    } catch (error) {
      throw new BooError('usage', `${file}: prompts: ${messageOf(error)}`, HINT);
    }
  }
  return checked.data;
}
const HINT = 'The steps are described in src/schema/scenario.ts.';

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new BooError('usage', `${file}: ${messageOf(error)}`, 'Give a scenario file: JSON with a list of steps.');
  }
}
