import { readPattern } from '../../core/search/pattern.ts';
import type { Pattern, Search, SearchResult } from '../../schema/search.ts';
import { DEFAULT_HITS, MAX_CONTEXT, MAX_HITS, MAX_PATTERN } from '../../schema/search-limits.ts';
import { StatusState } from '../../schema/status.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { searchJson, searchText } from '../matches.ts';
import { whole } from '../numbers.ts';
import { sinceOf } from '../since.ts';
import { parseStates } from '../states.ts';
import type { Verb } from '../verb.ts';

export const search: Verb = {
  name: 'search',
  usage: 'PATTERN [-a AGENT]… [--limit N] [-C N] [-s|-i] [-F] [--state STATE,…] [--since T] [--all]',
  summary: 'find lines in what all agents have printed',
  details: `PATTERN is a JavaScript regular expression (flag u, at most ${MAX_PATTERN} characters) that matches within a line; with -F it is the very text. Small letters match capitals too unless the pattern has a capital. History and screens are searched, full-screen programs' too; of many hits each agent keeps its newest and a fair share. Like grep it exits with 1 when nothing matched. A pattern that begins with a dash is written behind --.`,
  options: {
    agent: {
      type: 'string',
      short: 'a',
      multiple: true,
      value: 'AGENT',
      summary: 'only this one (may be repeated)',
      completes: 'agents',
    },
    limit: { type: 'string', value: 'N', summary: `at most so many hits, 1 to ${MAX_HITS} (default ${DEFAULT_HITS})` },
    context: {
      type: 'string',
      short: 'C',
      value: 'N',
      summary: `lines before and after each hit, up to ${MAX_CONTEXT}`,
    },
    'after-context': { type: 'string', short: 'A', value: 'N', summary: 'lines after each hit' },
    'before-context': { type: 'string', short: 'B', value: 'N', summary: 'lines before each hit' },
    'case-sensitive': { type: 'boolean', short: 's', summary: 'small and capital letters differ' },
    'ignore-case': { type: 'boolean', short: 'i', summary: 'small and capital letters are the same' },
    'fixed-strings': { type: 'boolean', short: 'F', summary: 'PATTERN is no regular expression' },
    state: {
      type: 'string',
      value: 'STATE,…',
      summary: 'only agents in one of these states',
      completes: StatusState.options,
    },
    since: { type: 'string', value: 'T', summary: 'only lines printed since then: 10m, 2h, 1d, or a time' },
    all: { type: 'boolean', summary: 'archived and removed agents too, and earlier lives' },
  },
  words: { min: 1, max: 1 },
  examples: [
    { line: 'boocode search "connection refused" -C 3', does: 'who saw it, and what came before' },
    { line: 'boocode search -F "a[0]" -a auth-fix --json', does: 'the very text, in one agent, for a script' },
  ],
  async run(context) {
    const wish = wishOf(context);
    const client = await context.daemon();
    const result = await client.call('search', wish);
    context.print(searchJson(result), () => searchText(result, context.paint));
    for (const sentence of notesOf(result, wish.limit)) context.note(context.paint('dim', sentence));
    return result.matches.length > 0 ? 0 : 1;
  },
};

/** Throws `usage` before any daemon is started. */
function wishOf(context: Context): Search {
  const between = (option: string) => whole(option, context.option(option), MAX_CONTEXT, 0);
  const around = between('context') ?? 0;
  const pattern = patternOf(context);
  readPattern(pattern);
  const states = context.option('state');
  const agents = context.values.agent;
  return {
    pattern,
    limit: whole('limit', context.option('limit'), MAX_HITS) ?? DEFAULT_HITS,
    before: between('before-context') ?? around,
    after: between('after-context') ?? around,
    since: sinceOf(context.option('since'), Date.now()) ?? null,
    agents: Array.isArray(agents) ? agents : [],
    states: states === undefined ? [] : parseStates(states),
    all: context.flag('all'),
    key: null,
    part: null,
  };
}

function patternOf(context: Context): Pattern {
  const exact = context.flag('case-sensitive');
  const ignore = context.flag('ignore-case');
  if (exact && ignore) {
    throw new BooError('usage', '--case-sensitive and --ignore-case exclude each other', 'Leave one of them out.');
  }
  return {
    text: context.words[0]!,
    fixed: context.flag('fixed-strings'),
    case: exact ? 'exact' : ignore ? 'ignore' : 'smart',
  };
}

/** What a person should know beside the hits. */
function notesOf({ matches, total, truncated, lost }: SearchResult, limit: number): string[] {
  const notes = [...Map.groupBy(lost, ({ reason }) => reason)].map(
    ([reason, those]) => `${those.map(({ agent }) => agent).join(', ')}: ${reason}.`,
  );
  if (!truncated) return notes;
  const more = limit < MAX_HITS ? `; --limit shows more (up to ${MAX_HITS})` : '';
  return [...notes, `${total} lines match, ${matches.length} ${matches.length === 1 ? 'is' : 'are'} shown${more}.`];
}
