import type { Answer, Approval } from '../../schema/approval.ts';
import { BooError } from '../../util/errors.ts';
import type { RunContext } from '../context.ts';
import { keyOf } from '../stable.ts';
import type { Done } from './done.ts';

/** Characters of an approval's id: typed by people. */
const ID = 6;
/** The longest wait of one timer (ms). */
const LONGEST = 2 ** 31 - 1;
/** What an approval without choices gives when it is allowed. */
const APPROVED = 'approved';

export interface Question {
  /** Of the step in its run, with which try it is: what is asked under it is asked once, over all lives of the run. */
  key: string;
  text: string;
  choices: readonly string[] | undefined;
  /** Milliseconds since the epoch; null: it waits as long as it takes. */
  until: number | null;
}

/** Asks a person; rejects with the reason of the run's signal. */
export async function askPerson({ agent, questions, signal }: RunContext, question: Question): Promise<Done> {
  const late = new AbortController();
  const { until } = question;
  const over = () => late.abort(new BooError('timed_out', 'nobody answered in time'));
  const timer = until === null ? undefined : setTimeout(over, Math.min(LONGEST, Math.max(0, until - Date.now())));
  try {
    const answer = await questions.ask(approvalOf(agent, question), AbortSignal.any([signal, late.signal]));
    return doneBy(answer, question.choices !== undefined);
  } catch (error) {
    if (signal.aborted || !late.signal.aborted) throw error;
    return { outcome: 'timed_out', error: 'nobody answered in time' };
  } finally {
    clearTimeout(timer);
  }
}

function doneBy({ verdict, reason, answers }: Answer, choice: boolean): Done {
  if (verdict === 'deny') return { outcome: 'failed', error: reason ? `it was denied: ${reason}` : 'it was denied' };
  const output = choice ? (answers?.flat().join(', ') ?? '') : APPROVED;
  return { outcome: 'completed', output, text: output };
}

function approvalOf(run: string, { key, text, choices }: Question): Approval {
  const id = BigInt(`0x${keyOf({ run, key }).slice(0, 16)}`)
    .toString(36)
    .padStart(ID, '0')
    .slice(-ID);
  const [title = ''] = text.trim().split('\n', 1);
  const shape = choices && { text, many: false, choices: choices.map((label) => ({ label, description: '' })) };
  return {
    id,
    at: Date.now(),
    turn: null,
    // Without choices it is allowed or denied, as a plan is.
    kind: shape ? 'question' : 'plan',
    tool: 'Approval',
    call: null,
    title,
    input: JSON.stringify({ question: text }),
    command: null,
    paths: [],
    diff: null,
    reason: title === text.trim() ? null : text,
    questions: shape ? [shape] : null,
    verdicts: ['once', 'deny'],
    takesReason: true,
    cut: false,
    via: { type: 'protocol', request: id },
  };
}
