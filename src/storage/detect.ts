import { readFileSync, statSync } from 'node:fs';
import { type ParseError, parse } from 'jsonc-parser';
import type { ConfigProblem } from '../schema/config.ts';
import { RulesFile } from '../schema/detect.ts';
import { reasonOf } from '../util/reason.ts';
import { placeIn } from './config-file.ts';

/** Bytes of a file of rules. */
const MAX_BYTES = 1_000_000;

type Path = readonly PropertyKey[];

/** The rules in a file; with anything wrong in it none of them: a half-understood screen is not read. Nothing is thrown. */
export function readRules(file: string): { rules: RulesFile | null; problems: ConfigProblem[] } {
  let content: Buffer;
  try {
    const stat = statSync(file);
    if (!stat.isFile() || stat.size > MAX_BYTES) throw new Error('it is no file of rules');
    content = readFileSync(file);
  } catch (error) {
    const message = `rules of a screen are not in force: ${reasonOf(error)}`;
    const hint = 'Put the file there, or take it out of "detect".';
    return { rules: null, problems: [{ file, line: null, column: null, path: '', message, hint }] };
  }
  const problem = (path: Path, message: string, hint: string): ConfigProblem => ({
    ...{ file, ...placeIn(content, path), path: path.map(String).join('.') },
    ...{ message, hint },
  });
  const errors: ParseError[] = [];
  const value: unknown = parse(content.toString('utf8'), errors, { allowTrailingComma: true });
  if (errors.length > 0) return { rules: null, problems: [problem([], 'this is not JSON', 'Mend it.')] };
  const parsed = RulesFile.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => problem(path, message, 'Change or remove it.'));
    return { rules: null, problems };
  }
  const problems = parsed.data.rules.flatMap((rule, index) =>
    (['title', 'text', 'foot', 'head'] as const).flatMap((part) => [
      ...wrong(rule[part], ['rules', index, part]),
      ...wrong(rule.not?.[part], ['rules', index, 'not', part]),
    ]),
  );
  function wrong(pattern: string | undefined, path: Path): ConfigProblem[] {
    try {
      new RegExp(pattern ?? '', 'u');
      return [];
    } catch (error) {
      return [problem(path, `no regular expression: ${reasonOf(error)}`, 'Mend the pattern.')];
    }
  }
  return { rules: problems.length > 0 ? null : parsed.data, problems };
}
