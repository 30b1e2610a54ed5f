import type { Status } from '../schema/status.ts';
import { isTerminal } from './lifecycle.ts';

/** Not in the middle of a turn, as far as can be told: files may change under it, and it can be told something. */
export const isBetweenTurns = ({ state, waitingFor }: Status): boolean =>
  isTerminal(state) || state === 'idle' || state === 'unknown' || (state === 'waiting' && waitingFor === 'input');
