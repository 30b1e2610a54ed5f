import { plural } from '../../cockpit/views/numbers.ts';
import type { Question } from '../../schema/approval.ts';
import { BooError } from '../../util/errors.ts';
import { answerRequest } from '../answering.ts';
import type { Verb } from '../verb.ts';

export const approve: Verb = {
  name: 'approve',
  usage: 'ID [--session | --always] [--answer TEXT]…',
  summary: 'allow what an agent asks for',
  details:
    'ID is that of boocode inbox, or a unique beginning of it. Just this request is answered: one that was answered or withdrawn meanwhile, or whose screen has changed, is refused, and nothing is sent (exit code 1). --session also allows the same command, or the same tool at the same files, until the agent ends; --always writes a rule of yours for this project, outside of the repository (boocode config show). What a rule denies stays denied.',
  options: {
    session: { type: 'boolean', summary: 'the same again too, as long as this agent runs' },
    always: { type: 'boolean', summary: 'the same again too, for good and for every agent of its kind' },
    answer: {
      type: 'string',
      multiple: true,
      value: 'TEXT',
      summary: 'the answer to a question: a choice or a text of your own, one for each that is asked',
    },
  },
  words: { min: 1, max: 1, completes: 'approvals' },
  examples: [
    { line: 'boocode approve k3f9', does: 'allows one request' },
    { line: 'boocode approve k3f9 --always', does: 'allows just this for good' },
    { line: 'boocode approve k3f9 --answer Blue', does: 'answers a question' },
  ],
  async run(context) {
    const [id] = context.words as [string];
    if (context.flag('session') && context.flag('always')) {
      throw new BooError('usage', '--session and --always exclude each other', 'Take one of them.');
    }
    const verdict = context.flag('always') ? 'always' : context.flag('session') ? 'session' : 'once';
    const given = context.values.answer;
    if (!Array.isArray(given)) return answerRequest(context, id, { verdict });
    const { approval } = await (await context.daemon()).call('approvals.get', { id });
    return answerRequest(context, approval.id, { verdict, answers: answersTo(approval.questions, given as string[]) });
  },
};

/** One list for each question: all of them belong to the only one, else they stand in the order of the questions. */
function answersTo(questions: readonly Question[] | null, given: string[]): string[][] {
  if (!questions || questions.length === 0)
    throw new BooError('usage', 'this request asks no question', 'Leave --answer out.');
  if (questions.length === 1 && (given.length === 1 || questions[0]!.many)) return [given];
  if (questions.length === given.length) return given.map((one) => [one]);
  const asked = questions.map(({ text }) => JSON.stringify(text)).join(', ');
  const hint = `Give --answer once for each of: ${asked}.`;
  const counts = `${plural(questions.length, 'question')} and ${plural(given.length, 'answer')}`;
  throw new BooError('usage', `there ${questions.length === 1 ? 'is' : 'are'} ${counts}`, hint);
}
