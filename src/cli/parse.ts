import { suggest } from '../core/suggest.ts';
import { builtin } from '../util/builtin.ts';
import { BooError, errnoOf, messageOf } from '../util/errors.ts';
import { COMMON_OPTIONS, type Option, type Verb } from './verb.ts';

export type Values = Record<string, string | boolean | string[] | undefined>;

export interface Parsed {
  values: Values;
  words: string[];
  /** What stood after `--`; undefined when there was no `--`. Only for verbs that take a command. */
  command: string[] | undefined;
}

/** Options that may stand before the verb, e.g. `boocode --project ~/shop ls`; they are moved behind it. */
export function splitVerb(argv: string[]): { name: string | undefined; rest: string[] } {
  const before: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--project') before.push(word, argv[++i] ?? '');
    else if (word === '--json' || word.startsWith('--project=')) before.push(word);
    else if (word.startsWith('-')) return { name: undefined, rest: [...before, ...argv.slice(i)] };
    else return { name: word, rest: [...before, ...argv.slice(i + 1)] };
  }
  return { name: undefined, rest: before };
}

/** Reads a verb's arguments. Throws `usage` with what is wrong, the nearest known option, and the verb's usage. */
export function parse(verb: Verb, argv: string[]): Parsed {
  const options: Record<string, Option> = { ...COMMON_OPTIONS, ...verb.options };
  const cut = verb.takesCommand ? argv.indexOf('--') : -1;
  const own = cut < 0 ? argv : argv.slice(0, cut);
  const command = cut < 0 ? undefined : argv.slice(cut + 1);
  const usage = `Usage: boocode ${[verb.name, verb.usage].filter(Boolean).join(' ')}`;
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short ? { short } : {}), ...(multiple ? { multiple } : {}) },
    ]),
  );
  let parsed: { values: Values; positionals: string[] };
  try {
    parsed = builtin('node:util').parseArgs({
      args: withNumbers(own, options),
      options: config,
      allowPositionals: true,
      strict: true,
    }) as typeof parsed;
  } catch (error) {
    throw new BooError('usage', explain(error, own, verb, options), usage);
  }
  const { values, positionals: words } = parsed;
  if (command?.length === 0) throw new BooError('usage', `boocode ${verb.name}: no command follows --`, usage);
  if (!values.help && words.length < verb.words.min) {
    throw new BooError('usage', `boocode ${verb.name} needs ${describeMissing(verb, words.length)}`, usage);
  }
  if (words.length > verb.words.max) {
    const extra = words[verb.words.max];
    const hint = verb.takesCommand ? `To run a command write it after --. ${usage}` : usage;
    throw new BooError('usage', `boocode ${verb.name}: one word too many, ${JSON.stringify(extra)}`, hint);
  }
  return { values, words, command };
}

/** A value that is a negative number is one (`--limit -1` becomes `--limit=-1`): then who reads it says its range. */
function withNumbers(words: string[], options: Record<string, Option>): string[] {
  const valued = Object.entries(options).filter(([, { type }]) => type === 'string');
  const named = new Set(valued.flatMap(([name, { short }]) => [`--${name}`, ...(short ? [`-${short}`] : [])]));
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const joined: string[] = [];
  for (let i = 0; i < end; i++) {
    const word = words[i]!;
    const next = i + 1 < end && named.has(word) ? words[i + 1]! : '';
    if (!/^-\d/.test(next)) joined.push(word);
    else joined.push(`${word}${word.startsWith('--') ? '=' : ''}${words[++i]}`);
  }
  return [...joined, ...words.slice(end)];
}

/** The words of the usage that are still missing: `AGENT TEXT|-` after one word is `TEXT|-`. */
function describeMissing(verb: Verb, given: number): string {
  const plain = verb.usage.replace(/\[[^\]]*\]/g, '');
  const ways = plain.split(/\s\|\s/);
  if (given === 0 && ways.length > 1) return `one of ${ways.map((way) => way.trim().split(/\s+/, 1)[0]).join(', ')}`;
  const named = plain.split(/\s+/).filter(Boolean);
  return named.slice(given, verb.words.min).join(' and ') || 'more words';
}

function explain(error: unknown, argv: string[], verb: Verb, options: Record<string, Option>): string {
  if (errnoOf(error) === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const word = /'(-[^']*)'/.exec(messageOf(error))?.[1] ?? argv.find((one) => one.startsWith('-')) ?? '';
    const near = word.startsWith('--') ? suggest(word.slice(2), Object.keys(options)) : undefined;
    return `boocode ${verb.name} has no option ${word}${near ? `; did you mean --${near}?` : ''}`;
  }
  if (errnoOf(error) === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    const name = /'(?:-\w, )?--([\w-]+)/.exec(messageOf(error))?.[1] ?? '';
    const value = options[name]?.value;
    return value
      ? `boocode ${verb.name}: --${name} needs a value, --${name} ${value} (one that begins with a dash: --${name}=VALUE)`
      : `boocode ${verb.name}: --${name} takes no value`;
  }
  return messageOf(error);
}
