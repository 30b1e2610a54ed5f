import { selectedAgent } from '../../selectors/sessions.ts';
import type { PickDialog } from '../../store/dialogs.ts';
import type { Bridge } from '../bridge.ts';
import { failed } from '../requests.ts';

/** Asks for another model or mode of the selected agent. */
export function askPick({ store }: Pick<Bridge, 'store'>, what: PickDialog['what']) {
  const state = store.getState();
  const agent = selectedAgent(state);
  if (!agent) return;
  const list = (what === 'model' ? agent.models : agent.modes) ?? [];
  const now = what === 'model' ? agent.model : agent.mode;
  const index = Math.max(
    0,
    list.findIndex(({ id }) => id === now),
  );
  store.openDialog({ kind: 'pick', what, agent: agent.id, index, busy: false, error: null, typing: state.ui.typing });
}

/** Switches to what was chosen; the dialog stays open with the sentence why it did not work. */
export async function pick(bridge: Bridge, { what, agent, typing }: PickDialog, id: string): Promise<void> {
  const { store, call } = bridge;
  const meant = (open: PickDialog) => open.busy && open.agent === agent;
  try {
    await call('agent.configure', { agent, [what]: id });
    store.closeDialog('pick', meant);
    if (typing && store.getState().ui.dialogs.length === 0) store.setUi({ typing });
  } catch (error) {
    failed(bridge, 'pick', error, meant);
  }
}
