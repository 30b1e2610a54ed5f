/// <reference path="../types/workflow.d.ts" />
// @ts-check

/** @type {WorkflowMeta} */
export const meta = {
  name: 'multi-review',
  description:
    'Three reviewers with different eyes look at the same change at once; what they found is merged by severity',
  phases: [
    { title: 'Review', detail: 'correctness, security and upkeep at once' },
    { title: 'Merge', detail: 'what two of them found is one finding, and weighs more' },
  ],
  args: {
    target: {
      type: 'string',
      description: 'What is reviewed: a branch, a range of commits, files',
      default: 'all changes of this checkout and branch that its main branch does not have, uncommitted ones included',
    },
    runtimes: {
      type: 'string',
      description: 'Runtimes of the three, with commas, in turn (default: the usual one for all)',
      default: '',
    },
  },
};

const VIEWS = [
  {
    name: 'correctness',
    brief: `Does it do what it is meant to do, in every case that can come about? Follow the logic with real values: wrong conditions, missing
cases, off by one, wrong order, races, half-done work after an error, broken callers, tests that no longer test it.`,
  },
  {
    name: 'security',
    brief: `What can somebody do with it who means harm, or who is careless? Untrusted input that reaches a shell, a path, a query, a template
or a terminal; missing checks of who may do what; secrets in logs or files; unsafe defaults; memory or time without a bound.`,
  },
  {
    name: 'upkeep',
    brief: `What will the next person get wrong because of it? Names that mislead, the same thing written twice, decisions in the wrong place,
dead code, needless state, slow paths that grow with the data, missing tests where a mistake would go unseen. No matters of taste.`,
  },
];
/** @type {AgentOptions} */
const READ_ONLY = { capabilities: ['read'], worktree: false };
const SEVERITIES = ['critical', 'major', 'minor'];
/** Findings about lines this close to each other are about the same. */
const CLOSE = 2;

const text = { type: 'string' };
const list = (items, most) => ({ type: 'array', items, maxItems: most });
const object = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const choice = (...all) => ({ type: 'string', enum: all });

const REVIEW = object({
  verdict: choice('good', 'good with changes', 'not yet'),
  why: text,
  findings: list(
    object({
      severity: choice(...SEVERITIES),
      file: text,
      line: { type: 'integer' },
      title: text,
      problem: text,
      suggestion: text,
    }),
    30,
  ),
});

const failed = (answer) => answer.ok === false;
const rank = ({ severity }) => SEVERITIES.indexOf(severity);
const isSame = (a, b) => a.file === b.file && a.line > 0 && b.line > 0 && Math.abs(a.line - b.line) <= CLOSE;
const place = ({ file, line }) => (line > 0 ? `${file}:${line}` : file);

export default async function main({ target, runtimes }) {
  const chosen = runtimes
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  phase('Review');
  const reviews = await parallel(
    VIEWS.map((view, at) => () => {
      const runtime = chosen.length > 0 ? { runtime: chosen[at % chosen.length] } : {};
      return agent(reviewPrompt(target, view), { ...READ_ONLY, ...runtime, label: view.name, schema: REVIEW });
    }),
    { limit: VIEWS.length },
  );
  for (const [at, review] of reviews.entries()) if (failed(review)) log(`${VIEWS[at].name}: ${review.error}`);
  if (reviews.every(failed)) throw new Error(`nobody could review it: ${reviews[0].error}`);

  phase('Merge');
  const findings = merged(reviews);
  const verdicts = VIEWS.map(({ name }, at) => {
    const review = reviews[at];
    return failed(review)
      ? { view: name, verdict: 'not reviewed', why: review.error }
      : { view: name, verdict: review.verdict, why: review.why };
  });
  log(
    `${findings.length} findings, ${findings.filter(({ views }) => views.length > 1).length} of them seen by more than one`,
  );
  return { verdicts, findings, report: render(target, verdicts, findings) };
}

/** The findings of all, the worst first; of the same severity what more of them saw. */
function merged(reviews) {
  const all = [];
  for (const [at, review] of reviews.entries()) {
    const { name } = VIEWS[at];
    for (const finding of failed(review) ? [] : review.findings) {
      const same = all.find((one) => isSame(one, finding) && !one.views.includes(name));
      const own = { view: name, problem: finding.problem, suggestion: finding.suggestion };
      if (same) {
        same.views.push(name);
        same.said.push(own);
        if (rank(finding) < rank(same)) same.severity = finding.severity;
      } else {
        const { severity, file, line, title } = finding;
        all.push({ severity, file, line, title, views: [name], said: [own] });
      }
    }
  }
  return all.sort((a, b) => rank(a) - rank(b) || b.views.length - a.views.length);
}

const reviewPrompt = (
  target,
  { name, brief },
) => `Review ${target}. Look with git (status, diff, log) at what was changed.

You look at it from one side alone: ${name}. ${brief}

Others look from other sides at the same time, so leave those to them. Read the change and what it touches. For each finding: severity
(critical: loses data, breaks security or the main purpose; major: wrong in a case that will happen; minor: whatever else is really
wrong), file and line, a one-line title, the problem with a concrete case, a suggestion. Then your verdict from this side alone (good, good
with changes, not yet) and why, in a sentence. An empty list is a good answer. Change nothing.`;

function render(target, verdicts, findings) {
  const cell = (one) => one.replaceAll('|', '\\|').replace(/\s+/g, ' ');
  const rows = verdicts.map(({ view, verdict, why }) => `| ${view} | ${verdict} | ${cell(why)} |`);
  const entry = ({ severity, title, file, line, views, said }) =>
    [
      `### ${title}\n\n${severity}, \`${place({ file, line })}\`, seen by ${views.join(' and ')}`,
      ...said.map(
        ({ view, problem, suggestion }) =>
          `${said.length > 1 ? `**${view}**: ` : ''}${problem}\n\nSuggestion: ${suggestion}`,
      ),
    ].join('\n\n');
  return [
    `# Review from three sides\n\nReviewed: ${target}`,
    ['| view | verdict | why |', '| --- | --- | --- |', ...rows].join('\n'),
    '## Findings',
    ...(findings.length > 0 ? findings.map(entry) : ['None of them found anything.']),
  ].join('\n\n');
}
