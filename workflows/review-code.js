/// <reference path="../types/workflow.d.ts" />
// @ts-check

/** @type {WorkflowMeta} */
export const meta = {
  name: 'review-code',
  description: 'Reviews a change area by area, has every finding checked by somebody else, and reports what stood',
  phases: [
    { title: 'Scope', detail: 'what was changed, in areas that can be read apart' },
    { title: 'Review', detail: 'an agent for each area' },
    { title: 'Verify', detail: 'each finding is tried to be refuted, the worst first' },
    { title: 'Report' },
  ],
  args: {
    target: {
      type: 'string',
      description: 'What is reviewed: a branch, a range of commits, files',
      default: 'all changes of this checkout and branch that its main branch does not have, uncommitted ones included',
    },
    focus: { type: 'string', description: 'What to look at above all', default: '' },
    areas: { type: 'number', description: 'Most areas that are reviewed apart (1 to 12)', default: 6 },
    verify: { type: 'number', description: 'Most findings that are verified (0 to 100)', default: 30 },
  },
};

/** Agents that work at once. */
const AT_ONCE = 4;
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

const SCOPE = object({ summary: text, areas: list(object({ title: text, files: list(text, 200), intent: text }), 12) });
const FINDINGS = object({
  findings: list(
    object({
      severity,
      file: text,
      line: { type: 'integer' },
      title: text,
      problem: text,
      scenario: text,
      suggestion: text,
    }),
    20,
  ),
});
const VERDICT = object({ real: { type: 'boolean' }, severity, why: text });

const within = (value, low, high) => Math.max(low, Math.min(high, Math.round(value)));
const failed = (answer) => answer.ok === false;
const rank = ({ severity: one }) => SEVERITIES.indexOf(one);
const place = ({ file, line }) => (line > 0 ? `${file}:${line}` : file);

export default async function main({ target, focus, areas, verify }) {
  phase('Scope');
  const scope = await agent(scopePrompt(target, within(areas, 1, 12)), { ...READ_ONLY, label: 'scope', schema: SCOPE });
  if (failed(scope)) throw new Error(`it could not be found out what to review: ${scope.error}`);
  if (scope.areas.length === 0)
    return { findings: [], report: `# Review\n\nThere is nothing to review: ${scope.summary}` };

  phase('Review');
  const reviews = await parallel(
    scope.areas.map(
      (area) => () =>
        agent(reviewPrompt(target, focus, area), { ...READ_ONLY, label: area.title.slice(0, 60), schema: FINDINGS }),
    ),
    { limit: AT_ONCE },
  );
  const unread = scope.areas.filter((_, at) => failed(reviews[at])).map(({ title }) => title);
  for (const [at, review] of reviews.entries()) {
    if (failed(review)) log(`${scope.areas[at].title} was not reviewed: ${review.error}`);
  }
  if (unread.length === scope.areas.length) throw new Error(`nobody could review it: ${reviews[0].error}`);
  const found = reviews.flatMap((review) => (failed(review) ? [] : review.findings)).sort((a, b) => rank(a) - rank(b));
  log(`${found.length} findings in ${scope.areas.length} areas`);

  phase('Verify');
  const judged = await verified(found, within(verify, 0, 100));

  phase('Report');
  const findings = judged.filter((one) => one.verified !== false).sort((a, b) => rank(a) - rank(b));
  const refuted = judged.filter((one) => one.verified === false);
  return { summary: scope.summary, findings, refuted, unread, report: render(scope, findings, refuted, unread) };
}

/** Each finding with what somebody else made of it: `verified` true, false, or null where nobody looked. */
async function verified(found, most) {
  const verdicts = await parallel(
    found
      .slice(0, most)
      .map((one) => () => agent(verifyPrompt(one), { ...READ_ONLY, label: one.title.slice(0, 60), schema: VERDICT })),
    { limit: AT_ONCE },
  );
  if (found.length > most) log(`${found.length - most} findings were not verified: at most ${most} are`);
  return found.map((finding, at) => {
    const verdict = verdicts[at];
    if (!verdict) return { ...finding, verified: null, why: 'not verified: there were too many' };
    if (failed(verdict)) return { ...finding, verified: null, why: `not verified: ${verdict.error}` };
    return { ...finding, severity: verdict.severity, verified: verdict.real, why: verdict.why };
  });
}

const scopePrompt = (target, areas) => `Find out what is to be reviewed: ${target}.

Look with git (status, diff, log) at what was changed. Group the changed files into at most ${areas} areas that one reviewer can read
apart from the others; a file is in one area only, generated files and lock files in none. For each area say which files it has and what
the change is meant to achieve there, as the code and the commit messages tell it. "summary": the whole change in two sentences. Where
nothing was changed, give no area. Change nothing.`;

const reviewPrompt = (target, focus, { title, files, intent }) => `Review one area of a change (${target}).

Area: ${title}
Files: ${files.join(', ')}
What it is meant to achieve: ${intent}
${focus ? `Look above all at: ${focus}\n` : ''}
Read the change, and what it calls and is called by. Look for what is wrong, not for what could be prettier: wrong results, lost or
corrupted data, crashes, races, leaks, security holes, broken callers, behaviour that no test pins down any more. For each finding give
file and line, a one-line title, the problem, a concrete scenario (an input or a sequence of events, and what goes wrong then), and a
suggestion. critical: loses data, breaks security or the main purpose; major: wrong in a case that will happen; minor: whatever else is
really wrong. No finding is a good answer. Change nothing.`;

const verifyPrompt = (finding) => `A reviewer claims this about ${place(finding)}:

${finding.title}
${finding.problem}
Scenario: ${finding.scenario}

Try to refute it. Read the code itself and follow the scenario through it step by step, with what callers guarantee and what is checked
elsewhere. "real" is true only when you saw that the scenario can happen and goes wrong. Give the severity that it deserves
(${SEVERITIES.join(', ')}), and say why in one or two sentences that name the decisive line. Change nothing.`;

function render({ summary }, findings, refuted, unread) {
  const parts = SEVERITIES.flatMap((one) => {
    const own = findings.filter((finding) => finding.severity === one);
    return own.length > 0 ? [`## ${one[0].toUpperCase()}${one.slice(1)}\n\n${own.map(entry).join('\n\n')}`] : [];
  });
  return [
    `# Review\n\n${summary}`,
    findings.length === 0 && 'Nothing was found that stood a second look.',
    ...parts,
    refuted.length > 0 &&
      `## Claimed and refuted\n\n${refuted.map((one) => `- ${one.title} (\`${place(one)}\`): ${one.why}`).join('\n')}`,
    unread.length > 0 && `Not reviewed: ${unread.join(', ')}.`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

const entry = (one) =>
  [
    `### ${one.title}\n\n\`${place(one)}\`${one.verified === null ? `, ${one.why}` : ''}\n\n${one.problem}`,
    `- Scenario: ${one.scenario}\n- Suggestion: ${one.suggestion}${one.verified ? `\n- Verified: ${one.why}` : ''}`,
  ].join('\n\n');
