import { checkRules } from '../core/approvals/check.ts';
import { ruleText } from '../core/approvals/rules.ts';
import type { ApprovalRule } from '../schema/approval.ts';
import type { ConfigProblem } from '../schema/config.ts';
import { BooError } from '../util/errors.ts';
import { projectPaths, userConfigPath } from '../util/paths.ts';
import type { Context } from './context.ts';

/** Rules of both files that can never match, with their places. In force is the project's file first, as they are asked. */
export async function ruleProblems(context: Context): Promise<ConfigProblem[]> {
  const { readConfigFile, placeIn } = await import('../storage/config-file.ts');
  const { runtimes } = await import('../runtimes/index.ts');
  const paths = [projectPaths(context.project().root).config, userConfigPath(context.env)];
  const rules = paths.flatMap((file) => {
    const { config, content } = readConfigFile(file);
    return (config.approvals ?? []).map((rule, index) => ({ file, rule, index, content }));
  });
  const found = checkRules(
    rules.map(({ rule }) => rule),
    runtimes.map(({ id }) => id),
  );
  return found.map(({ index, key, message, hint, by }) => {
    const { file, index: place, content } = rules[index]!;
    const path = ['approvals', place, ...(key === null ? [] : [key])];
    const earlier = by === undefined ? undefined : rules[by]!;
    const where = earlier && `${earlier.file}:${placeIn(earlier.content, ['approvals', earlier.index]).line}`;
    const text = where ? `${message}, ${where}` : message;
    return { file, ...placeIn(content, path), path: path.join('.'), message: text, hint };
  });
}

/** What is allowed for good, a line each, with the number by which it is taken back. */
export const allowedText = (rules: readonly ApprovalRule[]): string =>
  rules.map((rule, index) => `${index + 1}  ${ruleText(rule)}`).join('\n');

function placeOf(word: string, count: number): number {
  const number = Number(word);
  if (Number.isInteger(number) && number >= 1 && number <= count) return number;
  throw new BooError('not_found', `there is no rule ${word}`, `boocode config forget lists the ${count} there are.`);
}

/** Takes back what was allowed for good: one of them by its number, or all. */
export async function forget(context: Context, word: string | undefined): Promise<number> {
  const { disallow, readAllowed } = await import('../storage/allowed.ts');
  const { root } = context.project();
  const { rules, file } = readAllowed(root, context.env);
  if (rules.length === 0) {
    throw new BooError('not_found', 'nothing is allowed for good in this project', `It would stand in ${file}.`);
  }
  if (word === undefined) {
    context.print(
      { allowed: rules, file },
      () => `${allowedText(rules)}\nboocode config forget NUMBER takes one back.`,
    );
    return 0;
  }
  const number = placeOf(word, rules.length);
  const rule = rules[number - 1]!;
  disallow(root, rule, context.env);
  context.print({ forgotten: rule }, () => `Taken back: ${ruleText(rule)}.`);
  return 0;
}
