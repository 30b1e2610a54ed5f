/// <reference path="../types/workflow.d.ts" />
// @ts-check

/** @type {WorkflowMeta} */
export const meta = {
  name: 'bounty-hunt',
  description: 'Several hunters go for different kinds of bugs at once; a judge pays for what can be reproduced',
  phases: [
    { title: 'Hunt', detail: 'a hunter for each focus, each in its own worktree' },
    { title: 'Judge', detail: 'a claim counts only when its reproduction was seen to fail' },
    { title: 'Report' },
  ],
  args: {
    where: { type: 'string', description: 'Files, folders or parts to hunt in', default: 'the whole project' },
    focuses: {
      type: 'string',
      description: 'What the hunters go for, with commas (up to 12)',
      default: 'wrong results, lost data, crashes, security, races and restarts, misuse of other libraries',
    },
    runtimes: {
      type: 'string',
      description: 'Runtimes that take turns, with commas (default: the usual one)',
      default: '',
    },
  },
};

/** Agents that work at once. */
const AT_ONCE = 4;
/** Claims that are judged, the most valuable first. */
const MOST_JUDGED = 40;
/** What a claim costs that is not reproduced. */
const PENALTY = 10;
const POINTS = { critical: 100, major: 30, minor: 5 };
const SEVERITIES = Object.keys(POINTS);
/** @type {AgentOptions} */
const OWN_COPY = { capabilities: ['read', 'edit', 'execute'], worktree: true };

const text = { type: 'string' };
const list = (items, most) => ({ type: 'array', items, maxItems: most });
const object = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const severity = { type: 'string', enum: SEVERITIES };

const CLAIMS = object({
  claims: list(
    object({
      title: text,
      severity,
      file: text,
      line: { type: 'integer' },
      problem: text,
      reproduction: text,
      fix: text,
    }),
    10,
  ),
});
const JUDGEMENT = object({ paid: { type: 'boolean' }, severity, duplicateOf: { type: 'integer' }, why: text });

const failed = (answer) => answer.ok === false;
const names = (given) =>
  given
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
const sum = (all) => all.reduce((total, { points }) => total + points, 0);

export default async function main({ where, focuses, runtimes }) {
  const hunters = names(focuses).slice(0, 12);
  if (hunters.length === 0) throw new Error('no focus was given: focuses is a list with commas');

  phase('Hunt');
  const claims = await hunt(where, hunters, names(runtimes));
  log(`${claims.length} claims by ${hunters.length} hunters`);

  phase('Judge');
  const results = await judge(claims);

  phase('Report');
  const bounties = results.filter(({ paid }) => paid).sort((a, b) => b.points - a.points);
  const rejected = results.filter(({ paid }) => !paid);
  const board = hunters
    .map((hunter) => ({ hunter, points: sum(results.filter((one) => one.hunter === hunter)) }))
    .sort((a, b) => b.points - a.points);
  return { bounties, rejected, board, report: render({ where, bounties, rejected, board }) };
}

/** What the hunters claim, the most valuable first. */
async function hunt(where, hunters, kinds) {
  const hunts = await parallel(
    hunters.map((focus, at) => () => {
      const runtime = kinds.length > 0 ? { runtime: kinds[at % kinds.length] } : {};
      return agent(huntPrompt(where, focus), { ...OWN_COPY, ...runtime, label: focus, schema: CLAIMS });
    }),
    { limit: AT_ONCE },
  );
  for (const [at, answer] of hunts.entries()) if (failed(answer)) log(`${hunters[at]}: ${answer.error}`);
  if (hunts.every(failed)) throw new Error(`nobody could hunt: ${hunts[0].error}`);
  return hunts
    .flatMap((answer, at) => (failed(answer) ? [] : answer.claims.map((claim) => ({ ...claim, hunter: hunters[at] }))))
    .sort((a, b) => POINTS[b.severity] - POINTS[a.severity]);
}

/** Each claim with what it brought: the points of what was reproduced, the penalty for what was not, nothing for a copy or what nobody judged. */
async function judge(claims) {
  const judged = await parallel(
    claims
      .slice(0, MOST_JUDGED)
      .map(
        (claim, at) => () =>
          agent(judgePrompt(claims, at), { ...OWN_COPY, label: claim.title.slice(0, 60), schema: JUDGEMENT }),
      ),
    { limit: AT_ONCE },
  );
  if (claims.length > MOST_JUDGED)
    log(`${claims.length - MOST_JUDGED} claims were not judged: at most ${MOST_JUDGED} are`);
  return claims.map((claim, at) => {
    const judgement = judged[at];
    if (!judgement) return { ...claim, paid: false, points: 0, why: 'not judged: there were too many claims' };
    if (failed(judgement)) return { ...claim, paid: false, points: 0, why: `not judged: ${judgement.error}` };
    const isCopy = judgement.duplicateOf > 0 && judgement.duplicateOf <= at;
    const points = isCopy ? 0 : judgement.paid ? POINTS[judgement.severity] : -PENALTY;
    return { ...claim, ...judgement, paid: judgement.paid && !isCopy, points };
  });
}

const huntPrompt = (where, focus) => `You hunt for bugs in ${where}. Your focus, and nothing else: ${focus}.

You are paid by what a judge can reproduce: critical ${POINTS.critical}, major ${POINTS.major}, minor ${POINTS.minor} points; a claim that is not
reproduced costs ${PENALTY}. So claim little and prove it. You work in a copy of your own: write small programs or tests there and run them
to see the bug happen. For each claim: title, severity, file and line, the problem, the reproduction (the exact commands or the test, with
what came out and what should have), and how you would fix it. The judge starts from a fresh copy: the reproduction must say everything that
is needed. No claim is a good answer.`;

function judgePrompt(claims, at) {
  const claim = claims[at];
  const earlier = claims.slice(0, at).map(({ title, file, line }, nth) => `${nth + 1}. ${file}:${line} ${title}`);
  return `Judge claim ${at + 1} of a bug hunt.

${claim.title} (${claim.file}:${claim.line}, claimed ${claim.severity})
${claim.problem}
Reproduction: ${claim.reproduction}

Carry the reproduction out yourself in this copy of the project, as it stands. "paid" only when you saw it go wrong, and it is the project's
fault. Give the severity that it deserves. "duplicateOf": the number of an earlier claim that is the same bug, else 0. "why": what you ran
and what came out.
${earlier.length > 0 ? `\nEarlier claims:\n${earlier.join('\n')}` : '\nThere are no earlier claims.'}`;
}

function render({ where, bounties, rejected, board }) {
  const entry = (one) =>
    [
      `## ${one.title}\n\n${one.severity}, ${one.points} points, \`${one.file}:${one.line}\`, by the hunter for ${one.hunter}`,
      one.problem,
      `- Reproduction: ${one.reproduction}\n- Seen by the judge: ${one.why}\n- Fix: ${one.fix}`,
    ].join('\n\n');
  return [
    `# Bug hunt in ${where}\n\n${bounties.length} of ${bounties.length + rejected.length} claims were reproduced.`,
    ['| hunter | points |', '| --- | --- |', ...board.map(({ hunter, points }) => `| ${hunter} | ${points} |`)].join(
      '\n',
    ),
    ...bounties.map(entry),
    rejected.length > 0 &&
      `## Not paid\n\n${rejected.map((one) => `- ${one.title} (${one.points}): ${one.why}`).join('\n')}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}
