import { suggest } from '../../core/suggest.ts';
import { BooError } from '../../util/errors.ts';
import { type Paint, table, wrap } from '../print.ts';
import { COMMON_OPTIONS, type Option, type Verb } from '../verb.ts';
import { allVerbs, isVerb, verbs } from '../verbs.ts';

/** Exit codes as the README and `boocode help` list them. */
export const EXIT_TABLE: [number, string][] = [
  [0, 'done'],
  [1, 'failed, or nothing found'],
  [2, 'wrong usage'],
  [3, 'no such agent or thing'],
  [4, 'no daemon could be reached or started'],
  [10, 'paused, waiting for approval'],
  [124, 'timed out'],
  [130, 'interrupted'],
];

/** Columns of the usage in the list of verbs; longer ones are cut to the name here and whole in `help VERB`. */
const USAGE_WIDTH = 44;

export const help: Verb = {
  name: 'help',
  usage: '[VERB]',
  summary: 'list the verbs, or say how one is used (also VERB --help)',
  options: {},
  words: { min: 0, max: 1, completes: Object.keys(verbs).filter((name) => name !== 'open') },
  examples: [{ line: 'boocode help new', does: 'everything about one verb' }],
  async run(context) {
    const [name] = context.words;
    if (name === undefined) {
      const all = await allVerbs();
      context.print({ verbs: all.map(jsonOf), exitCodes: Object.fromEntries(EXIT_TABLE) }, () =>
        overview(all, context.paint),
      );
      return 0;
    }
    if (!isVerb(name)) {
      const near = suggest(name, Object.keys(verbs));
      throw new BooError(
        'usage',
        `there is no verb ${JSON.stringify(name)}`,
        near ? `Did you mean ${near}?` : 'boocode help lists them.',
      );
    }
    const verb = await verbs[name]();
    context.print(jsonOf(verb), () => manual(verb, context.paint));
    return 0;
  },
};

const jsonOf = ({ name, usage, summary, details, options, examples }: Verb) => ({
  name,
  usage: commandLine(name, usage),
  summary,
  details: details ?? null,
  options: Object.entries({ ...options, ...COMMON_OPTIONS }).map(([option, spec]: [string, Option]) => ({
    name: option,
    short: spec.short ?? null,
    value: spec.value ?? null,
    summary: spec.summary,
  })),
  examples,
});

export const commandLine = (...words: string[]) => ['boocode', ...words].filter(Boolean).join(' ');

function overview(all: Verb[], paint: Paint): string {
  const rows = all.map(({ name, usage, summary }) => {
    const line = commandLine(name, usage);
    return [line.length <= USAGE_WIDTH ? line : `${commandLine(name, usage.split(' ')[0]!)} …`, summary];
  });
  const codes = EXIT_TABLE.map(([code, meaning]) => `${code} ${meaning}`).join(' · ');
  return [
    'A full-screen cockpit for people who run several coding agents at once.',
    '',
    table(rows, paint, '  '),
    '',
    'Every verb takes --json (one JSON value on standard output) and --project DIR.',
    'AGENT is a name, an id or the unique beginning of an id.',
    `Exit codes: ${codes}.`,
  ].join('\n');
}

function manual(verb: Verb, paint: Paint): string {
  const options = Object.entries({ ...verb.options, ...COMMON_OPTIONS }).map(([name, option]: [string, Option]) => [
    `${option.short ? `-${option.short}, ` : '    '}--${name}${option.value ? ` ${option.value}` : ''}`,
    option.summary,
  ]);
  const examples = verb.examples.map(({ line, does }) => [line, { text: does, style: 'dim' as const }]);
  return [
    paint('bold', commandLine(verb.name, verb.usage)),
    '',
    `${wrap(`${verb.summary.charAt(0).toUpperCase()}${verb.summary.slice(1)}.`)}`,
    ...(verb.details ? ['', wrap(verb.details)] : []),
    '',
    'Options:',
    table(options, paint, '  '),
    '',
    'Examples:',
    table(examples, paint, '  '),
  ].join('\n');
}
