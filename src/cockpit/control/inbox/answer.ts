import { ruleText } from '../../../core/approvals/rules.ts';
import { whenTold } from '../../../core/approvals/told.ts';
import type { Answer } from '../../../schema/approval.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import { clean, cut } from '../../views/span.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';
import { changeInbox, toNext } from './move.ts';

const DONE: Record<Answer['verdict'], string> = {
  once: 'allowed, this once',
  session: 'allowed for the session',
  always: 'allowed for good',
  deny: 'denied',
};

const TOLD = {
  'with it': ', with your reason',
  next: ', and told why by its next prompt',
  never: ', but not told why, which its dialog does not take',
};

/** Cells of a request's title that are said again. */
const TITLE = 60;

/** Sends an answer to the one request it is for, and goes on to the next. Resolves with why that did not work, or null. */
export async function answer(bridge: Bridge, entry: InboxEntry, given: Answer): Promise<string | null> {
  const { store } = bridge;
  const { id, agent, approval } = entry;
  changeInbox(store, { busy: id });
  try {
    const { rule } = await bridge.call('approvals.answer', { id, answer: given });
    const what = cut(clean(approval?.title ?? approval?.tool ?? ''), TITLE);
    const reason = given.reason && approval ? TOLD[whenTold(approval)] : '';
    const words = given.answers && given.verdict !== 'deny' ? 'answered' : DONE[given.verdict];
    store.say(
      'info',
      `${clean(agent.name)}: ${words}${reason}: ${what}.${given.verdict === 'always' && rule ? ` Rule: ${clean(ruleText(rule))}.` : ''}`,
    );
    if (store.getState().ui.inbox.at === id) toNext(store, false);
    return null;
  } catch (error) {
    return `${clean(agent.name)}: ${sentence(error, store.getState())}`;
  } finally {
    if (store.getState().ui.inbox.busy === id) changeInbox(store, { busy: null });
  }
}
