import type { Activity } from '../../schema/event.ts';
import { lasted } from '../traces/words.ts';

type Began = Extract<Activity, { type: 'checkBegan' }>;
type Ended = Extract<Activity, { type: 'checkEnded' }>;

/** Id of the prompt that gives an agent the errors of the check after this turn. */
export const fixId = (turn: number): string => `fix-${turn}`;

/** A fence that the text itself does not hold. */
function fenced(text: string): string {
  const longest = [...text.matchAll(/`{3,}/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** What the agent is told of a check that failed: made of what is on record, so that it is the same after a crash. */
export function fixText({ command = '', code, output, round, rounds }: Ended): string {
  const head = `\`${command}\` fails after your last edits (exit code ${code ?? 'unknown'}). Please fix what it says; it is run again afterwards (round ${round + 1} of ${rounds}).`;
  return `${head}\n\n${fenced(output.trim() || '(it printed nothing)')}`;
}

const roundText = (round: number, rounds: number) => (round > 0 ? `, after round ${round} of ${rounds}` : '');

/** Why a check is no success, and what follows of it. */
export function checkError({ outcome, code, next, round, rounds, reason, durationMs }: Ended): string {
  if (outcome === 'timedOut') return `ended after ${lasted(durationMs)}`;
  if (outcome !== 'failed') return reason ?? '';
  const exit = `exit code ${code ?? 'unknown'}`;
  if (next === 'told') return `${exit}: the agent gets its errors, round ${round + 1} of ${rounds}`;
  return `${exit}: given up after ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
}

/** A line for people; null: nothing to be told. */
export function checkWords(event: Began | Ended): { level: 'info' | 'warning' | 'error'; text: string } | null {
  const { round, rounds, command } = event;
  if (event.type === 'checkBegan') return { level: 'info', text: `Check: ${command}${roundText(round, rounds)}` };
  const { outcome, durationMs, reason, next } = event;
  const took = lasted(durationMs);
  switch (outcome) {
    case 'none':
      return null;
    case 'passed':
      return { level: 'info', text: `Check passed: ${command} (${took})` };
    case 'failed': {
      const level = next === 'told' ? 'warning' : 'error';
      return { level, text: `Check failed: ${command} (${took}), ${checkError(event)}` };
    }
    case 'timedOut':
      return { level: 'error', text: `Check timed out: ${command}, ended after ${took}` };
    case 'unable':
      return { level: 'warning', text: `Check could not be run: ${reason}` };
    case 'overtaken':
    case 'cancelled':
      // One that had not begun yet was never told of.
      return command === undefined ? null : { level: 'info', text: `Check ended: ${reason}` };
  }
}

/** `✖ 1/3`: how the check after a turn stands, in a few characters. */
export function checkSign({
  outcome,
  next,
  round,
  rounds,
}: Pick<Ended, 'next' | 'round' | 'rounds'> & { outcome: Ended['outcome'] | null }): string {
  if (outcome === 'failed') return next === 'told' ? `✖ ${round + 1}/${rounds}` : '✖ given up';
  return SIGNS[outcome ?? 'running'];
}
const SIGNS = {
  running: '● runs',
  passed: '✓',
  timedOut: '✖ timed out',
  unable: '⊘',
  overtaken: '–',
  cancelled: '–',
  none: '',
} as const;

/** How good that is; `busy`: it is not known yet. */
export const checkGrade = (outcome: Ended['outcome'] | null): 'good' | 'bad' | 'wait' | 'busy' | 'dim' =>
  outcome === null ? 'busy' : GRADES[outcome];
const GRADES = {
  passed: 'good',
  failed: 'bad',
  timedOut: 'bad',
  unable: 'wait',
  overtaken: 'dim',
  cancelled: 'dim',
  none: 'dim',
} as const;
