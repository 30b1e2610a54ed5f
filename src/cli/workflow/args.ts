import { BooError } from '../../util/errors.ts';

/** The arguments of a run: those of `--input` (a JSON object), and over them those of `--arg K=V`, as texts. What they must be, the daemon knows. */
export function runArgs(given: readonly string[], input: string | undefined): Record<string, unknown> {
  const args = input === undefined ? {} : objectOf(input);
  for (const word of given) {
    const at = word.indexOf('=');
    if (at < 1) throw new BooError('usage', `--arg ${word} is no argument`, 'Write it as --arg NAME=VALUE.');
    args[word.slice(0, at)] = word.slice(at + 1);
  }
  return args;
}

function objectOf(text: string): Record<string, unknown> {
  const hint = 'Write it like {"question": "…"}.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BooError('usage', `--input is no JSON: ${(error as Error).message}`, hint);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new BooError('usage', '--input is no JSON object', hint);
}
