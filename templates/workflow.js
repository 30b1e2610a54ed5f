/// <reference path="./boocode.d.ts" />
// @ts-check

/** @type {WorkflowMeta} */
export const meta = {
  name: 'my-workflow',
  description: 'Looks at the project from several sides at once and sums up what was seen',
  phases: [{ title: 'Look', detail: 'an agent for each side, all at once' }, { title: 'Sum up' }],
  args: {
    topic: { type: 'string', description: 'What to look at', default: 'the structure of this project' },
    sides: { type: 'number', description: 'How many look at it', default: 3 },
  },
};

const SIDES = ['what it does well', 'what is hard to understand', 'what is missing', 'what could go wrong'];

/** The shape of an answer: it is checked, and asked for again where it is wrong. */
const NOTES = {
  type: 'object',
  properties: { notes: { type: 'array', items: { type: 'string' }, maxItems: 5 } },
  required: ['notes'],
};

/** @param {{ topic: string, sides: number }} args */
export default async function main({ topic, sides }) {
  phase('Look');
  const chosen = SIDES.slice(0, sides);
  const answers = await parallel(
    chosen.map(
      (side) => () =>
        agent(
          `Look at ${topic} of this project, and from one side alone: ${side}. Give up to five notes. Change nothing.`,
          {
            label: side,
            schema: NOTES,
            capabilities: ['read'],
            worktree: false,
          },
        ),
    ),
    { limit: 3 },
  );

  phase('Sum up');
  const parts = chosen.map((side, at) => {
    const answer = answers[at];
    // One that failed does not take the others with it.
    if (answer.ok === false) return `## ${side}\n\n(${answer.error})`;
    return `## ${side}\n\n${answer.notes.map((/** @type {string} */ note) => `- ${note}`).join('\n')}`;
  });
  log(`${answers.length} looked at ${topic}`);
  return { report: `# ${topic}\n\n${parts.join('\n\n')}\n` };
}
