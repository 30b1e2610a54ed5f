import type { Approval } from '../../schema/approval.ts';

/**
 * When an agent hears why a person denied: with the answer, or by its next prompt where only its protocol has no place for a reason (ACP).
 * Never: the dialog on its own screen takes none.
 */
export const whenTold = ({ takesReason, via }: Pick<Approval, 'takesReason' | 'via'>): 'with it' | 'next' | 'never' =>
  takesReason ? 'with it' : via.type === 'protocol' ? 'next' : 'never';
