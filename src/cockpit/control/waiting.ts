import { selectedAgent, waitingAgents } from '../selectors/sessions.ts';
import type { Bridge } from './bridge.ts';
import { openInbox } from './inbox/open.ts';

/** To the screen of an agent. A filter that hides it would make the jump go nowhere. */
export function goToScreen({ store }: Pick<Bridge, 'store'>, agent: string) {
  const { ui } = store.getState();
  store.setUi({ selected: agent, focus: ui.single ?? 'output', view: 'output', reading: null, filter: '' });
}

/** The next one after the selected, in the order in which they began to wait: to its request, else to its screen. */
export function nextWaiting(bridge: Pick<Bridge, 'store'>) {
  const { store } = bridge;
  const state = store.getState();
  const waiting = waitingAgents(state);
  const index = waiting.findIndex((agent) => agent.id === selectedAgent(state)?.id);
  const next = waiting[(index + 1) % waiting.length];
  if (!next) return;
  const request = next.approvals?.[0];
  if (!request || state.ui.single) return goToScreen(bridge, next.id);
  store.setUi({ filter: '' });
  openInbox(bridge, request.id);
}
