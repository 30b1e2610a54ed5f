/// <reference path="../types/workflow.d.ts" />
// @ts-check

/** @type {WorkflowMeta} */
export const meta = {
  name: 'find-issues',
  description:
    'Searches for defects in rounds until two rounds in a row bring nothing new, and confirms what was found',
  phases: [
    { title: 'Search', detail: 'rounds of finders that know what is known already' },
    { title: 'Confirm', detail: 'each is shown in the code, or refuted' },
    { title: 'Report' },
  ],
  args: {
    where: { type: 'string', description: 'Files, folders or parts to search', default: 'the whole project' },
    kind: { type: 'string', description: 'What kind of defects', default: 'anything that makes it do something wrong' },
    finders: { type: 'number', description: 'How many search at once (1 to 8)', default: 3 },
    rounds: { type: 'number', description: 'Most rounds (1 to 20)', default: 6 },
  },
};

/** So many rounds in a row without news end the search. */
const QUIET = 2;
/** Issues that are confirmed, the worst first: more than these no person reads. */
const MOST_CONFIRMED = 60;
/** Agents that work at once. */
const AT_ONCE = 4;
const STRATEGIES = [
  'Follow data from where it comes in to where it is stored or shown, and look where it is trusted too early.',
  'Read the error paths: what is caught and swallowed, what is left half done, what is never released.',
  'Look at boundaries: empty, one, very many, negative, Unicode, time zones, concurrent calls, a restart in the middle.',
  'Compare what documentation, names, types and tests promise with what the code does.',
  'Look at what was changed lately (git log) and at what calls it.',
  'Look for the same mistake elsewhere: take an issue that is known and search for its pattern.',
];
/** @type {AgentOptions} */
const READ_ONLY = { capabilities: ['read'], worktree: false };
const SEVERITIES = ['critical', 'major', 'minor'];

const text = { type: 'string' };
const list = (items, most) => ({ type: 'array', items, maxItems: most });
const object = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const severity = { type: 'string', enum: SEVERITIES };

const ISSUES = object({
  issues: list(object({ title: text, file: text, line: { type: 'integer' }, severity, what: text, how: text }), 15),
});
const CONFIRMED = object({ confirmed: { type: 'boolean' }, severity, evidence: text });

const within = (value, low, high) => Math.max(low, Math.min(high, Math.round(value)));
const failed = (answer) => answer.ok === false;
const rank = ({ severity: one }) => SEVERITIES.indexOf(one);
const words = (title) => new Set(title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** Two say the same when they are about the same lines, or about the same file in mostly the same words. */
function isSame(a, b) {
  if (a.file !== b.file) return false;
  if (a.line > 0 && b.line > 0 && Math.abs(a.line - b.line) <= 3) return true;
  const [one, other] = [words(a.title), words(b.title)];
  const shared = [...one].filter((word) => other.has(word)).length;
  return shared > 1 && shared * 2 > Math.min(one.size, other.size);
}

export default async function main({ where, kind, finders, rounds }) {
  phase('Search');
  const { known, round, ending } = await search({
    where,
    kind,
    finders: within(finders, 1, 8),
    rounds: within(rounds, 1, 20),
  });

  phase('Confirm');
  const judged = await confirm(known.sort((a, b) => rank(a) - rank(b)));

  phase('Report');
  const issues = judged.filter(({ confirmed }) => confirmed !== false).sort((a, b) => rank(a) - rank(b));
  const refuted = judged.filter(({ confirmed }) => confirmed === false);
  return { issues, refuted, rounds: round, ending, report: render({ where, issues, refuted, round, ending }) };
}

/** Rounds of finders, each with another strategy, until nothing new comes or the bound is reached. */
async function search({ where, kind, finders, rounds }) {
  const known = [];
  let [round, quiet] = [0, 0];
  while (round < rounds && quiet < QUIET) {
    const offset = round * finders;
    round++;
    const answers = await parallel(
      Array.from({ length: finders }, (_, at) => () => {
        const strategy = STRATEGIES[(offset + at) % STRATEGIES.length];
        const label = `round ${round}, finder ${at + 1}`;
        return agent(searchPrompt({ where, kind, round, strategy, known }), { ...READ_ONLY, label, schema: ISSUES });
      }),
      { limit: AT_ONCE },
    );
    if (answers.every(failed)) throw new Error(`nobody could search: ${answers[0].error}`);
    const before = known.length;
    for (const issue of answers.flatMap((answer) => (failed(answer) ? [] : answer.issues))) {
      if (!known.some((one) => isSame(one, issue))) known.push(issue);
    }
    quiet = known.length === before ? quiet + 1 : 0;
    log(`round ${round}: ${known.length - before} new, ${known.length} in all`);
  }
  const ending =
    quiet >= QUIET ? `${QUIET} rounds in a row brought nothing new` : `the bound of ${rounds} rounds was reached`;
  return { known, round, ending };
}

/** Each issue with whether somebody else saw it: `confirmed` true, false, or null where nobody looked. */
async function confirm(known) {
  const checks = await parallel(
    known
      .slice(0, MOST_CONFIRMED)
      .map(
        (issue) => () =>
          agent(confirmPrompt(issue), { ...READ_ONLY, label: issue.title.slice(0, 60), schema: CONFIRMED }),
      ),
    { limit: AT_ONCE },
  );
  if (known.length > MOST_CONFIRMED)
    log(`${known.length - MOST_CONFIRMED} were not looked at again: at most ${MOST_CONFIRMED} are`);
  return known.map((issue, at) => {
    const check = checks[at];
    if (!check) return { ...issue, confirmed: null, evidence: 'not looked at again: there were too many' };
    return failed(check)
      ? { ...issue, confirmed: null, evidence: `not checked: ${check.error}` }
      : { ...issue, ...check };
  });
}

function searchPrompt({ where, kind, round, strategy, known }) {
  const listed = known.map(({ file, line, title }) => `- ${file}:${line} ${title}`).join('\n');
  return `Search ${where} for defects of this kind: ${kind}.

How you search in this round (${round}): ${strategy}

${known.length === 0 ? 'Nothing is known yet.' : `These are known already; do not report them again:\n${listed}`}

Report only what you can show in the code: a title, file and line, severity (critical: loses data, breaks security or the main purpose;
major: wrong in a case that will happen; minor: whatever else is really wrong), what is wrong, and how it comes about step by step. An
empty list is a good answer when there is nothing new. Change nothing.`;
}

const confirmPrompt = (issue) => `Is this a real defect? ${issue.file}:${issue.line} ${issue.title}

${issue.what}
How it is said to come about: ${issue.how}

Go through it in the code yourself. "confirmed" only if you saw that it can happen; "evidence" names the lines that decide it, or what
stands against it. Give the severity that it deserves. Change nothing.`;

function render({ where, issues, refuted, round, ending }) {
  const entry = (one) =>
    [
      `## ${one.title}\n\n${one.severity}, \`${one.file}:${one.line}\`${one.confirmed === null ? ', not confirmed' : ''}`,
      `${one.what}\n\n- How it comes about: ${one.how}\n- Evidence: ${one.evidence}`,
    ].join('\n\n');
  return [
    `# Issues in ${where}`,
    `${issues.length} found, ${refuted.length} refuted, in ${round} rounds: ${ending}.`,
    ...issues.map(entry),
    refuted.length > 0 &&
      `## Refuted\n\n${refuted.map((one) => `- ${one.title} (\`${one.file}:${one.line}\`): ${one.evidence}`).join('\n')}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}
