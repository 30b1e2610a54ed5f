import { MAX_CONTEXT, MAX_HITS } from './search-limits.ts';
import * as z from './z.ts';

export { DEFAULT_HITS, MAX_CONTEXT, MAX_HITS, MAX_PATTERN } from './search-limits.ts';

/** What is looked for: a JavaScript regular expression with the flag `u`, or with `fixed` the very text. */
export const Pattern = z.object({
  text: z.string(),
  fixed: z.boolean(),
  /** smart: exact as soon as the pattern has a capital letter, else the case does not matter. */
  case: z.enum(['smart', 'exact', 'ignore']),
});
export type Pattern = z.infer<typeof Pattern>;

const Wanted = {
  pattern: Pattern,
  limit: z.int().min(1).max(MAX_HITS),
  before: z.int().min(0).max(MAX_CONTEXT),
  after: z.int().min(0).max(MAX_CONTEXT),
  /** Milliseconds since the epoch: only lines of that time and later. */
  since: z.number().nullable(),
};

/** Where a line was found: history that the host keeps, the live screen, or what was kept of an ended agent on disk. */
export const Source = z.enum(['ring', 'screen', 'archive']);
export type Source = z.infer<typeof Source>;
const isSource = (value: unknown) => Source.options.includes(value as Source);

const isCount = Number.isSafeInteger as (value: unknown) => value is number;
type Raw<T> = Partial<Record<keyof T, unknown>> | null;
const isObject = <T>(value: T) => typeof value === 'object' && value !== null;
const isText = (value: unknown) => typeof value === 'string';
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isSpan = (value: unknown) => Array.isArray(value) && value.length === 2 && isCount(value[0]) && isCount(value[1]);

/** One line that matches. */
export const LineMatch = z.object({
  /** Counts from 1 at the start of that life of the agent and stays while lines are added. For `screen`: what it is about to get. */
  line: z.int(),
  /** When it was printed (milliseconds since the epoch). */
  at: z.number(),
  text: z.string(),
  /** Each match within the line as [start, end): UTF-16 units of `text`. Never empty; a match of no width is [n, n]. */
  spans: z.array(z.tuple([z.int(), z.int()])),
  before: z.array(z.string()),
  after: z.array(z.string()),
  source: Source,
});
export type LineMatch = z.infer<typeof LineMatch>;

const isLineMatch = (value: Raw<LineMatch>) =>
  isObject(value) &&
  isCount(value.line) &&
  Number.isFinite(value.at) &&
  isText(value.text) &&
  Array.isArray(value.spans) &&
  value.spans.every(isSpan) &&
  areTexts(value.before) &&
  areTexts(value.after) &&
  isSource(value.source);

/**
 * What a search found in one agent: its newest lines, oldest first, and how many there are in all. The children of one
 * answer share the limit fairly (core/search/shares).
 */
export const ChildMatches = z.object({
  child: z.string(),
  matches: z.array(LineMatch),
  /** Lines that match, those beyond the limit included. */
  total: z.int(),
  /** Newest line of the history that was looked at: a later search for what is new begins behind it. */
  upTo: z.int(),
  /** False: the search was given up before all of it was looked at. */
  complete: z.boolean().default(true),
  /** What was looked at. */
  sources: z.array(Source).default([]),
});
export type ChildMatches = z.infer<typeof ChildMatches>;

const isChildMatches = (value: Raw<ChildMatches>) =>
  isObject(value) &&
  isText(value.child) &&
  Array.isArray(value.matches) &&
  value.matches.every(isLineMatch) &&
  isCount(value.total) &&
  isCount(value.upTo) &&
  typeof value.complete === 'boolean' &&
  Array.isArray(value.sources) &&
  value.sources.every(isSource);

const Asked = z.object({ child: z.string(), from: z.int().min(1) });
const isAsked = (value: Raw<z.infer<typeof Asked>>) =>
  isObject(value) && isText(value.child) && isCount(value.from) && value.from >= 1;

/** Asked of a host. */
export const HostSearch = z.object({
  ...Wanted,
  /** Children and, for each, the first line that counts (1: all). What the host does not know is left out of the answer. */
  children: z.list(Asked, isAsked),
  /** Look at live screens too: they have the newest lines. */
  screen: z.boolean(),
  /** After these milliseconds the search is given up, the answer then says `timedOut`. Where others have the cores work counts, not time. */
  budgetMs: z.int().min(1).max(5000),
  /** A newer search with the same key ends this one: its answer then has what was found until then. */
  key: z.string().nullable().default(null),
  /** Nothing is looked for: searches of these children are about to follow. */
  prepare: z.boolean().default(false),
});
export type HostSearch = z.infer<typeof HostSearch>;
/** As it is asked: what has a default may be left out. */
export type HostWish = z.input<typeof HostSearch>;

/** Asked of a daemon. */
export const Search = z.object({
  ...Wanted,
  /** Names, ids or unique prefixes of ids; empty: all that are listed. */
  agents: z.array(z.string()),
  /** Only agents in one of these states; empty: any. */
  states: z.array(z.string()),
  /** Archived and removed agents as well, as far as their history is kept. */
  all: z.boolean(),
  /** A newer search with the same key from the same connection ends this one (`cancelled`). */
  key: z.string().nullable(),
  /** What is found is also said while the search goes on (topic `found`, to who asked alone), under this name; null: only at the end. */
  part: z.string().nullable().default(null),
});
export type Search = z.infer<typeof Search>;

export const Match = z.object({
  ...LineMatch.shape,
  /** Name and id of the agent. */
  agent: z.string(),
  id: z.string(),
  /** Which life of the agent (restarts count). */
  epoch: z.int(),
});
export type Match = z.infer<typeof Match>;

const isMatch = (value: Raw<Match>) =>
  isLineMatch(value) && isText(value!.agent) && isText(value!.id) && isCount(value!.epoch);

const AgentCount = z.object({ agent: z.string(), id: z.string(), total: z.int() });
const isAgentCount = (value: Raw<z.infer<typeof AgentCount>>) =>
  isObject(value) && isText(value.agent) && isText(value.id) && isCount(value.total);

/** Matches grouped by agent, each group in order of time; when there are more than the limit, each agent keeps its newest and a fair share. */
export const SearchResult = z.object({
  matches: z.list(Match, isMatch),
  total: z.int(),
  truncated: z.boolean(),
  sources: z.array(Source),
  /** Agents that were looked at, with how many lines match in each. */
  counts: z.list(AgentCount, isAgentCount),
  /** What could not be looked at, and why, each a sentence: a host that was lost, a pattern that took too long. */
  lost: z.array(z.object({ agent: z.string(), reason: z.string() })),
});
export type SearchResult = z.infer<typeof SearchResult>;

/** A search that is kept and watches: agents whose new lines match are marked. */
export const SavedSearch = z.object({
  id: z.string(),
  pattern: Pattern,
  /** Ids; empty: all agents, those to come included. */
  agents: z.array(z.string()),
  createdAt: z.number(),
});
export type SavedSearch = z.infer<typeof SavedSearch>;

/** What a host answers of searches (part of hostMethods). Errors: `usage` for a bad pattern, with its place. */
export const hostSearchMethods = {
  search: {
    params: HostSearch,
    result: z.object({ children: z.list(ChildMatches, isChildMatches), timedOut: z.boolean() }),
  },
};

/** What a daemon answers of searches (part of daemonMethods). */
export const searchMethods = {
  /** Errors: `usage` for a bad pattern, with its place; `failed` when a newer one with the same key came. */
  search: { reads: true, params: Search, result: SearchResult },
  /** Somebody is about to search: hosts get ready for it. Gives the patterns of before, newest first. */
  'search.begin': { reads: true, params: z.object({}), result: z.object({ past: z.array(z.string()) }) },
  /**
   * Answers once agents have printed something after this count, which a daemon begins anew; null: at once. Errors: `failed` when the same
   * connection asks again.
   */
  'search.printed': {
    reads: true,
    params: z.object({ after: z.number().int().nullable() }),
    result: z.object({ count: z.number().int() }),
  },
  /** This pattern is one of before from now on, in every cockpit of this user in this project. */
  'search.remember': { params: z.object({ text: z.string() }), result: z.object({}) },
  /** Keeps a search that watches; the same pattern over the same agents is kept once. */
  'search.save': {
    params: SavedSearch.pick({ pattern: true, agents: true }),
    result: z.object({ saved: SavedSearch }),
  },
  'search.forget': { params: z.object({ id: z.string() }), result: z.object({}) },
};

export const searchTopics = {
  /** Said to subscribers: saved searches, after each change. */
  searches: z.object({ searches: z.array(SavedSearch) }),
  /** Said to who asked: all that a search with this `part` has found so far. Hosts answer at once, what is kept on disk takes longer. */
  found: z.object({ part: z.string(), result: SearchResult }),
};
