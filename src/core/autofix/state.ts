import type { Agent } from '../../schema/agent.ts';
import type { Activity } from '../../schema/event.ts';
import { fixId, fixText } from './words.ts';

type Of<T extends Activity['type']> = Extract<Activity, { type: T }>;
type Fields = Pick<Agent, 'check' | 'queue'>;

/** After a turn that was completed it is due to find out whether a check is needed: with the turn's end, so that no crash comes between. */
export function checkDue({ autofix, check }: Agent, { turn, at }: Of<'turnEnded'>): Pick<Agent, 'check'> {
  if (autofix !== 'on' || (check && check.turn >= turn)) return {};
  // What follows the turn whose errors it was given is its answer to them.
  const round = check?.next === 'told' && check.turn === turn - 1 ? check.round + 1 : 0;
  return { check: { turn, round, state: 'due', since: at } };
}

/** The newest check, and with its errors the prompt that gives them to the agent: one event, so that neither is there alone. */
export function checkAfter(agent: Agent, event: Of<'checkBegan' | 'checkEnded'>): Partial<Fields> {
  const { turn, round, at, command } = event;
  const old = agent.check;
  if (old && !isOpen(old, event)) return {};
  const common = { turn, round, since: at, ...(command !== undefined && { command }) };
  if (event.type === 'checkBegan') {
    return { check: { ...common, state: 'running', ...(event.process && { process: event.process }) } };
  }
  const { outcome: state, next } = event;
  const check = { ...common, state, ...(next && { next }) };
  const id = fixId(turn);
  const others = (agent.queue ?? []).filter((one) => one.id !== id);
  const queue = next === 'told' ? [...others, { id, text: fixText(event) }] : others;
  return { check, queue: queue.length > 0 ? queue : undefined };
}

/** Whether an event can still change what is known: it is of no older turn, nor told again. Errors that were not given yet can be taken back. */
function isOpen({ turn, state, next }: NonNullable<Agent['check']>, event: Of<'checkBegan' | 'checkEnded'>): boolean {
  if (turn !== event.turn) return turn < event.turn;
  if (state === 'due' || state === 'running') return true;
  return next === 'told' && event.type === 'checkEnded' && event.outcome === 'cancelled';
}

/** Whether more comes by itself: a check runs, or may have to, or its errors are about to be worked at. */
export function isChecking({ check, turn }: Pick<Agent, 'check' | 'turn'>): boolean {
  if (!check) return false;
  if (check.state === 'due' || check.state === 'running') return true;
  return check.next === 'told' && turn?.number === check.turn;
}

/** Whether it is checked, or works at the errors of its check: what it was asked is not done before that is over. */
export const isMending = (agent: Pick<Agent, 'check' | 'turn'>): boolean => {
  const { check, turn } = agent;
  const answers = check?.next === 'told' && turn?.startedAt != null && turn.number === check.turn + 1;
  return answers || isChecking(agent);
};
