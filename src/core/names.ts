import type { Agent } from '../schema/agent.ts';
import { BooError } from '../util/errors.ts';
import { driverOf, foldName } from './lifecycle.ts';

/** Characters (code points): a name also is a folder, a part of a branch and a column of the sessions list. */
const MAX_NAME = 40;
/** A shorter prefix of an id is too easily a mistyped name. */
const MIN_PREFIX = 4;
/** How many known names an error lists. */
const LISTED = 12;

/** One sentence that says what is wrong with a name, or null when it is good. */
export function checkName(name: string): string | null {
  const shown = JSON.stringify(name);
  const length = [...name].length;
  if (length === 0) return 'a name needs at least one character';
  if (length > MAX_NAME) return `the name ${shown} has ${length} characters, at most ${MAX_NAME} are allowed`;
  if (!/^[\p{L}\p{N}]/u.test(name)) return `the name ${shown} does not start with a letter or a digit`;
  const bad = /[^\p{L}\p{M}\p{N} ._+@#-]/u.exec(name)?.[0];
  if (bad !== undefined) {
    return `the name ${shown} contains ${JSON.stringify(bad)}: letters, digits, spaces and . _ + @ # - are allowed`;
  }
  if (/[ .]$/.test(name)) return `the name ${shown} ends with a space or a dot`;
  if (/ {2}|\.\.|@$/.test(name)) return `the name ${shown} contains two spaces or two dots in a row, or ends with @`;
  if (/\.lock$/i.test(name)) return `the name ${shown} ends with .lock, which git keeps for itself`;
  return null;
}

/**
 * The name and the task of a new agent. A wanted name is its task; when it is taken by another driver the agent is called
 * `<task>-<driver>`, and after an ended one of the same driver `<name>-2`. Without one: `<driver>-<n>`.
 * Throws `usage` for a name that is not allowed. Whether the key is busy is `isBusyKey`'s question.
 */
export function chooseName(ask: {
  agents: Iterable<Agent>;
  wanted?: string | null | undefined;
  profile: string | null;
  runtime: string;
}): { name: string; task: string } {
  const agents = [...ask.agents];
  const taken = new Set(agents.map((agent) => foldName(agent.name)));
  const driver = driverOf(ask);
  if (ask.wanted === undefined || ask.wanted === null) {
    const name = firstFree(driver, taken, 1);
    return { name, task: name };
  }
  const task = ask.wanted.normalize('NFC');
  const wrong = checkName(task);
  if (wrong) throw new BooError('usage', wrong, 'Choose another name.');
  if (!taken.has(foldName(task))) return { name: task, task };
  const holder = agents.find((agent) => foldName(agent.name) === foldName(task))!;
  if (driverOf(holder) === driver) return { name: firstFree(task, taken, 2), task };
  const other = withSuffix(task, `-${driver}`);
  return { name: taken.has(foldName(other)) ? firstFree(other, taken, 2) : other, task };
}

/** `<base>-<n>`, counting from `n`, the first that is not taken. */
function firstFree(base: string, taken: Set<string>, n: number): string {
  for (let count = n; ; count++) {
    const name = withSuffix(base, `-${count}`);
    if (!taken.has(foldName(name))) return name;
  }
}

/** The base gives way, so that what tells two names apart stays. */
function withSuffix(base: string, suffix: string): string {
  const tail = [...suffix].slice(0, MAX_NAME - 1);
  const head = [...base].slice(0, MAX_NAME - tail.length).join('');
  return head.replace(/[ .]+$/, '') + tail.join('');
}

/** The agent that a person means by a name, an id or a unique prefix (at least 4 characters) of an id. */
export function findAgent(
  agents: Iterable<Agent>,
  query: string,
): { agent: Agent; error?: undefined } | { agent?: undefined; error: BooError } {
  const all = [...agents];
  const wanted = query.normalize('NFC');
  const exact = all.find((agent) => agent.name === wanted) ?? all.find((agent) => agent.id === query);
  if (exact) return { agent: exact };
  const prefix = query.toLowerCase();
  const matches = query.length >= MIN_PREFIX ? all.filter((agent) => agent.id.startsWith(prefix)) : [];
  if (matches.length === 1) return { agent: matches[0]! };
  if (matches.length > 1) {
    const names = matches.map((agent) => `${agent.name} (${agent.id})`);
    return { error: new BooError('usage', `"${query}" is the beginning of ${list(names)}`, 'Give more of the id.') };
  }
  const known = all.length > 0 ? `; known: ${list(all.map((agent) => agent.name))}` : '; there are none yet';
  const hint = all.length > 0 ? 'boocode ls --all lists them.' : 'Start one with boocode new.';
  return { error: new BooError('not_found', `there is no agent ${JSON.stringify(query)}${known}`, hint) };
}

function list(names: string[]): string {
  const rest = names.length - LISTED;
  return names.slice(0, LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
