/// <reference path="../types/workflow.d.ts" />
// @ts-check

/** @type {WorkflowMeta} */
export const meta = {
  name: 'deep-research',
  description:
    'Looks into a question from several angles at once, has what was found checked, and writes it up with its sources',
  phases: [
    { title: 'Plan', detail: 'which angles the question has' },
    { title: 'Research', detail: 'an agent for each angle, all at once; open questions are followed up' },
    { title: 'Check', detail: 'other agents try to disprove what was found' },
    { title: 'Write', detail: 'a report that says how sure each part is' },
  ],
  args: {
    question: { type: 'string', description: 'What you want to know', required: true },
    angles: { type: 'number', description: 'How many angles are looked into (1 to 12)', default: 4 },
    rounds: { type: 'number', description: 'Most rounds of research, follow-ups included (1 to 5)', default: 2 },
  },
};

/** Agents that work at once. */
const AT_ONCE = 4;
/** Findings that one checker gets: with more of them it no longer opens every source. */
const CHECKED_AT_ONCE = 12;
/** Open questions of a round that are followed up. */
const FOLLOWED = 4;
/** @type {AgentOptions} */
const READ_ONLY = { capabilities: ['read', 'fetch'], worktree: false };

const text = { type: 'string' };
const list = (items, most) => ({ type: 'array', items, maxItems: most });
const object = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const choice = (...all) => ({ type: 'string', enum: all });

const PLAN = object({ angles: list(object({ title: text, question: text, whereToLook: text }), 12) });
const FINDINGS = object({
  findings: list(
    object({ claim: text, evidence: text, source: text, confidence: choice('high', 'medium', 'low') }),
    20,
  ),
  openQuestions: list(text, 3),
});
const VERDICTS = object({
  verdicts: list(
    object({ number: { type: 'integer' }, holds: choice('yes', 'no', 'unclear'), why: text }),
    CHECKED_AT_ONCE,
  ),
});
const REPORT = object({ answer: text, report: text });

const within = (value, low, high) => Math.max(low, Math.min(high, Math.round(value)));
const failed = (answer) => answer.ok === false;
const inParts = (items, size) =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

export default async function main({ question, angles, rounds }) {
  phase('Plan');
  const plan = await agent(planPrompt(question, within(angles, 1, 12)), { ...READ_ONLY, label: 'plan', schema: PLAN });
  if (failed(plan)) throw new Error(`no plan was made: ${plan.error}`);

  phase('Research');
  const findings = await research(question, plan.angles, within(rounds, 1, 5));
  if (findings.length === 0) throw new Error('none of the agents found anything out');

  phase('Check');
  const judged = await check(question, findings);
  const kept = judged.filter(({ holds }) => holds !== 'no');
  const dropped = judged.filter(({ holds }) => holds === 'no');
  log(`${kept.length} of ${judged.length} findings stood the check`);

  phase('Write');
  const written = await agent(writePrompt(question, kept), { ...READ_ONLY, label: 'write', schema: REPORT });
  if (failed(written)) log(`the report was not written by an agent: ${written.error}`);
  return {
    answer: failed(written) ? null : written.answer,
    findings: kept,
    dropped,
    report: render(question, failed(written) ? null : written.report, kept, dropped),
  };
}

/** Rounds of research: what the angles leave open is asked in the next one. A claim that was made before is not taken twice. */
async function research(question, angles, rounds) {
  const findings = new Map();
  const asked = new Set();
  let open = angles;
  for (let round = 1; round <= rounds && open.length > 0; round++) {
    const answers = await parallel(
      open.map(
        (angle) => () =>
          agent(researchPrompt(question, angle), { ...READ_ONLY, label: angle.title.slice(0, 60), schema: FINDINGS }),
      ),
      { limit: AT_ONCE },
    );
    for (const [at, answer] of answers.entries()) {
      if (failed(answer)) log(`${open[at].title}: ${answer.error}`);
      else for (const one of answer.findings) findings.set(`${one.claim}\n${one.source}`, one);
    }
    for (const { question: one } of open) asked.add(one);
    const left = answers.flatMap((answer) => (failed(answer) ? [] : answer.openQuestions));
    const next = [...new Set(left)].filter((one) => !asked.has(one)).slice(0, FOLLOWED);
    log(`round ${round}: ${findings.size} findings, ${next.length} questions open`);
    open = next.map((one) => ({ title: one, question: one, whereToLook: 'where the answers so far point to' }));
  }
  return [...findings.values()];
}

/** Each finding with whether it stood; one that nobody could check is unclear. */
async function check(question, findings) {
  const parts = inParts(findings, CHECKED_AT_ONCE);
  const checks = await parallel(
    parts.map(
      (part, at) => () =>
        agent(checkPrompt(question, part), {
          ...READ_ONLY,
          label: parts.length > 1 ? `check ${at + 1} of ${parts.length}` : 'check',
          schema: VERDICTS,
        }),
    ),
    { limit: AT_ONCE },
  );
  return parts.flatMap((part, at) => {
    const answer = checks[at];
    if (failed(answer)) log(`${part.length} findings were not checked: ${answer.error}`);
    return part.map((finding, nth) => {
      const verdict = failed(answer) ? null : answer.verdicts.find(({ number }) => number === nth + 1);
      return { ...finding, holds: verdict ? verdict.holds : 'unclear', why: verdict ? verdict.why : 'not checked' };
    });
  });
}

const planPrompt = (question, angles) => `Somebody wants to know:

${question}

Split this into at most ${angles} angles that together answer it and overlap as little as possible. For each give a short title, the
precise question to be answered, and where to look first (files of this project, its history, documentation, the web if you can reach it).
One of them looks for evidence against the answer that seems obvious. Fewer angles are better than angles that repeat each other.`;

const researchPrompt = (
  question,
  { title, question: asked, whereToLook },
) => `You look into one angle of a larger question.

The larger question: ${question}
Your angle: ${title}
To be answered: ${asked}
Begin here: ${whereToLook}

Report claims as specific as you can prove them: each with its evidence (a quotation, or a value that you measured), its source (path and
line, commit, or address), and how sure you are. A claim without a source is no finding; what you know by heart and did not look up is none
either. Say what you looked for and did not find as a finding of its own when that matters. openQuestions: at most three that must be
answered for the larger question and that you could not answer. Change nothing.`;

const checkPrompt = (
  question,
  findings,
) => `Try to disprove these findings about the question "${question}". Open each source yourself.

${findings.map(({ claim, evidence, source }, at) => `${at + 1}. ${claim}\n   evidence: ${evidence}\n   source: ${source}`).join('\n')}

One verdict for each number. "no": the source does not say so, or something else contradicts it; "unclear": you could not open the source;
"yes": you saw it yourself. "why": what decides it, in a sentence. Change nothing.`;

const writePrompt = (question, kept) => `Write the answer to this question for somebody who will act on it: ${question}

Use these findings and nothing else; somebody else has checked each of them:
${kept.map(({ claim, source, confidence, holds }) => `- ${claim} [${source}] (sure: ${confidence}, checked: ${holds})`).join('\n')}

"answer": the answer in at most three sentences, with how sure it is. "report": Markdown that begins with a level-1 heading and has the
sections Answer, What is known (each statement with its source in brackets), What is uncertain, What to do next.`;

function render(question, report, kept, dropped) {
  const sources = [...new Set(kept.map(({ source }) => source))];
  const own = kept.map(
    ({ claim, source, holds }) => `- ${claim} [${source}]${holds === 'yes' ? '' : ' (not confirmed)'}`,
  );
  const written = report ?? own.join('\n');
  return [
    /^# /.test(written) ? written : `# ${question}\n\n${written}`,
    `## Sources\n\n${sources.map((one) => `- ${one}`).join('\n')}`,
    dropped.length > 0 &&
      `## Did not stand the check\n\n${dropped.map(({ claim, why }) => `- ${claim} (${why})`).join('\n')}`,
  ]
    .filter(Boolean)
    .map((part) => part.trim())
    .join('\n\n');
}
