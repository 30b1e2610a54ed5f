/// <reference path="../types/workflow.d.ts" />
// @ts-check

/** @type {WorkflowMeta} */
export const meta = {
  name: 'plan-verify',
  description:
    'Plans a task, lets others attack the plan, mends it, and cuts it into work items that can be handed out',
  phases: [
    { title: 'Plan' },
    { title: 'Challenge', detail: 'three critics at once' },
    { title: 'Revise', detail: 'each objection is met or answered' },
    { title: 'Items', detail: 'what can be given to one agent each' },
  ],
  args: {
    task: { type: 'string', description: 'What is to be done', required: true },
    rounds: { type: 'number', description: 'Most rounds of challenge and revision (1 to 5)', default: 2 },
  },
};

const CRITICS = [
  {
    name: 'feasible',
    brief:
      'Will it work in this very code base? Check each step against the files it names: does what it builds on exist, and is it as assumed?',
  },
  {
    name: 'complete',
    brief:
      'What is missing? Callers, data that exists already, error cases, tests, documentation, the way back when it goes wrong.',
  },
  {
    name: 'simple',
    brief:
      'What is too much? Steps that nobody needs, a way that is shorter and as good, things that exist already and are built again.',
  },
];
/** @type {AgentOptions} */
const READ_ONLY = { capabilities: ['read'], worktree: false };

const text = { type: 'string' };
const list = (items, most) => ({ type: 'array', items, maxItems: most });
const object = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const PLAN = object({
  goal: text,
  approach: text,
  steps: list(object({ title: text, what: text, files: list(text, 50), check: text }), 40),
  risks: list(text, 12),
});
const OBJECTIONS = object({
  objections: list(object({ step: text, problem: text, evidence: text, blocking: { type: 'boolean' } }), 15),
});
const ITEMS = object({
  items: list(
    object({
      id: text,
      title: text,
      prompt: text,
      files: list(text, 50),
      dependsOn: list(text, 40),
      acceptance: list(text, 12),
      size: { type: 'string', enum: ['small', 'medium', 'large'] },
    }),
    40,
  ),
});

const within = (value, low, high) => Math.max(low, Math.min(high, Math.round(value)));
const failed = (answer) => answer.ok === false;

export default async function main({ task, rounds }) {
  phase('Plan');
  let plan = await need('plan', planPrompt(task), PLAN);

  const challenges = [];
  for (let round = 1; round <= within(rounds, 1, 5); round++) {
    phase('Challenge');
    const objections = await challenge(task, plan, round);
    challenges.push({ round, objections });
    const blocking = objections.filter((one) => one.blocking).length;
    log(`round ${round}: ${objections.length} objections, ${blocking} blocking`);
    if (objections.length === 0) break;

    phase('Revise');
    plan = await need(`revise, round ${round}`, revisePrompt(task, plan, objections), PLAN);
    if (blocking === 0) break;
  }

  phase('Items');
  const { items } = await need('items', itemsPrompt(plan), ITEMS);
  const problems = wrongOrder(items);
  if (problems.length > 0) log(`the order of the items is doubtful: ${problems.join('; ')}`);
  return { plan, challenges, items, problems, report: render({ task, plan, items, challenges, problems }) };
}

/** What the critics have against a plan. A critic that failed has said nothing; all of them may not have. */
async function challenge(task, plan, round) {
  const answers = await parallel(
    CRITICS.map(
      (critic) => () =>
        agent(challengePrompt(task, plan, critic), {
          ...READ_ONLY,
          label: `${critic.name}, round ${round}`,
          schema: OBJECTIONS,
        }),
    ),
    { limit: CRITICS.length },
  );
  if (answers.every(failed)) throw new Error(`nobody could look at the plan: ${answers[0].error}`);
  return answers.flatMap((answer, at) => {
    const from = CRITICS[at].name;
    if (failed(answer)) log(`${from}: ${answer.error}`);
    return failed(answer) ? [] : answer.objections.map((one) => ({ ...one, from }));
  });
}

/** An answer without which there is nothing to go on with. */
async function need(label, prompt, schema) {
  const answer = await agent(prompt, { ...READ_ONLY, label, schema });
  if (failed(answer)) throw new Error(`${label}: ${answer.error}`);
  return answer;
}

/** Unknown ids and circles among what items depend on. */
function wrongOrder(items) {
  const ids = new Set(items.map(({ id }) => id));
  const wrong = items.flatMap(({ id, dependsOn }) =>
    dependsOn.filter((one) => !ids.has(one)).map((one) => `${id} depends on ${one}, which there is not`),
  );
  const done = new Set();
  for (let left = items; left.length > 0; ) {
    const ready = left.filter(({ dependsOn }) => dependsOn.every((one) => done.has(one) || !ids.has(one)));
    if (ready.length === 0) return [...wrong, `${left.map(({ id }) => id).join(', ')} wait for one another`];
    for (const { id } of ready) done.add(id);
    left = left.filter((one) => !ready.includes(one));
  }
  return wrong;
}

const show = ({ goal, approach, steps, risks }) => `Goal: ${goal}
Approach: ${approach}
${steps.map(({ title, what, files, check }, at) => `${at + 1}. ${title}: ${what} (${files.join(', ')}; checked by: ${check})`).join('\n')}
Risks: ${risks.join('; ') || 'none named'}`;

const planPrompt = (task) => `Plan this task in this project: ${task}

Read the code that it touches first. Give the goal in one sentence (how anybody can see that it is reached), the approach and why it and
not another, steps in their order (what is done, in which files, how each is checked), and the risks. Change nothing.`;

const challengePrompt = (
  task,
  plan,
  { name, brief },
) => `Attack this plan for the task "${task}" from one side: ${name}. ${brief}

${show(plan)}

Each objection names the step, the problem, and the evidence (file and line, or a case that goes wrong); "blocking" when the plan must not
be carried out as it is. No objection is a good answer. Change nothing.`;

const revisePrompt = (task, plan, objections) => `Mend this plan for the task "${task}".

${show(plan)}

Objections:
${objections.map(({ from, step, problem, evidence, blocking }) => `- ${blocking ? 'BLOCKING ' : ''}[${from}] ${step}: ${problem} (${evidence})`).join('\n')}

Look each one up in the code. Where it is right, change the plan; where it is wrong, keep the plan and say why among the risks. Change
nothing in the project.`;

const itemsPrompt = (
  plan,
) => `Cut this plan into work items that can each be given to one coding agent that knows nothing of the others:

${show(plan)}

For each: a short id, a title, the whole prompt for that agent (what, where, why, what must not be touched), the files it will change,
the ids it depends on, how its result is accepted (commands and what they must say), and its size. Two items that change the same file
depend on one another.`;

function render({ task, plan, items, challenges, problems }) {
  const steps = plan.steps.map(({ title, what, check }, at) => `${at + 1}. **${title}** ${what}\n   Check: ${check}`);
  const parts = items.map(({ id, title, size, dependsOn, acceptance }) => {
    const after = dependsOn.length > 0 ? `, after ${dependsOn.join(', ')}` : '';
    return [`- [ ] **${id}** ${title} (${size}${after})`, ...acceptance.map((one) => `  - ${one}`)].join('\n');
  });
  const rounds = challenges.map(({ round, objections }) => {
    const blocking = objections.filter((one) => one.blocking).length;
    return `- Round ${round}: ${objections.length} objections, ${blocking} blocking`;
  });
  return [
    `# ${task}\n\n${plan.goal}\n\n${plan.approach}`,
    `## Plan\n\n${steps.join('\n')}`,
    plan.risks.length > 0 && `## Risks\n\n${plan.risks.map((one) => `- ${one}`).join('\n')}`,
    `## Work items\n\n${parts.join('\n')}`,
    problems.length > 0 && `The order is doubtful: ${problems.join('; ')}.`,
    `## How it was challenged\n\n${rounds.join('\n')}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}
