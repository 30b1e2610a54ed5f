import { reasonAgainst } from '../../core/commands/table.ts';
import { createAhead, PATIENCE_MS } from '../input/ahead.ts';
import { keymapOf } from '../selectors/keymap.ts';
import { keyScope } from '../selectors/scope.ts';
import { contextOf, layoutOf } from '../selectors/screen.ts';
import { selectedAgent } from '../selectors/sessions.ts';
import type { InputEvent } from '../types.ts';
import type { Bridge } from './bridge.ts';
import { boundTo } from './keys.ts';
import { childOf } from './screens.ts';
import { isTalkTyped } from './talk/keys.ts';

const commandOf = ({ store }: Bridge, event: InputEvent) =>
  event.type === 'key' ? boundTo(store.getState(), event.key) : null;

const leaves = (bridge: Bridge, event: InputEvent) =>
  ['quit', 'suspend'].includes(commandOf(bridge, event)?.intent.type ?? '');

function needsAgents(bridge: Bridge, event: InputEvent): boolean {
  const state = bridge.store.getState();
  const { dialogs, typing, filtering } = state.ui;
  if (dialogs.length > 0 || typing || filtering || keyScope(state)) return false;
  const command = commandOf(bridge, event);
  return !!command && reasonAgainst(command, contextOf(state)) !== null;
}

/** Which screen is typed to that has not come yet (its child; blank while no agent is known); null where none is waited for. */
function awaited({ store, surface, terminals }: Bridge): string | null {
  const state = store.getState();
  const { ui, data } = state;
  if (!ui.typing || ui.dialogs.length > 0 || layoutOf(state).kind === 'small' || isTalkTyped(state)) return null;
  if (!data.project) return '';
  const agent = selectedAgent(state);
  const at = agent && childOf(data.project, agent.id);
  if (!at) return null;
  const stands = terminals.state(at.child);
  if (stands === 'lost') return null;
  const isPlaced = surface.reserved.some((place) => place.focused && place.agent === agent.id);
  return stands === 'live' && isPlaced ? null : at.child;
}

/**
 * What comes too early waits, with all that comes after it. Before the daemon's first answer nobody is known: a key that needs an
 * agent waits for that answer instead of being told that there is none; leaving and suspending need not wait. And what is typed to
 * an agent whose screen has not come yet waits for it, for a moment: only then is known what its keys are.
 */
export function holdEarly(bridge: Bridge, deliver: (events: InputEvent[]) => void) {
  const { store, surface, terminals } = bridge;
  const known = () => store.getState().data.project !== null;
  const isLeave = ({ key }: { key: string }) => keymapOf(store.getState()).find(key, 'typing') !== undefined;
  let givenUp: string | null = null;
  const ahead = createAhead({
    waits(event) {
      if (!known() && needsAgents(bridge, event)) return Number.POSITIVE_INFINITY;
      if (event.type !== 'paste' && (event.type !== 'key' || isLeave(event))) return 0;
      const screen = awaited(bridge);
      return screen === null || screen === givenUp ? 0 : PATIENCE_MS;
    },
    passes: (event) => !known() && !store.getState().ui.typing && leaves(bridge, event),
    deliver,
    onGivenUp() {
      givenUp = awaited(bridge);
      const name = selectedAgent(store.getState())?.name ?? 'the agent';
      store.say('warning', `What was typed to ${name} is lost: its screen has not come.`);
    },
  });
  let due = false;
  // Not in the midst of telling everybody of the change.
  const changed = () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      if (givenUp !== null && awaited(bridge) !== givenUp) givenUp = null;
      ahead.look();
    });
  };
  const undo = [
    store.subscribe(changed),
    surface.onReserved(changed),
    terminals.onChange((_child, what) => what === 'state' && changed()),
  ];
  return {
    holds: ahead.holds,
    close() {
      for (const one of undo) one();
      ahead.close();
    },
  };
}
