import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Where a project keeps scenarios whose `prompts` every demo agent in it knows. */
export const SCENARIO_FOLDER = join('.boocode', 'demo');

/** What the scenarios of the folder it runs in say about prompts, in the order of their file names. */
export function knownPrompts(cwd: string): NonNullable<Scenario['prompts']> {
  const folder = join(cwd, SCENARIO_FOLDER);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((name) => readScenario(join(folder, name)).prompts ?? []);
}

const HINT = 'The steps are described in src/schema/scenario.ts.';

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new BooError('usage', `${file}: ${messageOf(error)}`, 'Give a scenario file: JSON with a list of steps.');
  }
}
