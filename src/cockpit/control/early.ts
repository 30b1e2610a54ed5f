import { reasonAgainst } from '../../core/commands/table.ts';
import { keyScope } from '../selectors/scope.ts';
import { contextOf } from '../selectors/screen.ts';
import type { InputEvent } from '../types.ts';
import type { Bridge } from './bridge.ts';
import { boundTo } from './keys.ts';

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

/**
 * Before the daemon's first answer nobody is known: a key that needs an agent, and all that comes after it, waits for that
 * answer instead of being told that there is none. Leaving and suspending need not wait.
 */
export function holdEarly(bridge: Bridge, deliver: (events: InputEvent[]) => void) {
  const { store } = bridge;
  let held: InputEvent[] = [];
  const undo = store.subscribe(({ data }) => {
    if (!data.project || held.length === 0) return;
    const events = held;
    held = [];
    // Not in the midst of telling everybody of the answer.
    queueMicrotask(() => deliver(events));
  });
  return {
    /** The events that count now; the others are held. */
    pass(events: InputEvent[]): InputEvent[] {
      if (store.getState().data.project) return events;
      const passed: InputEvent[] = [];
      for (const event of events) {
        const waits = held.length > 0 ? !leaves(bridge, event) : needsAgents(bridge, event);
        (waits ? held : passed).push(event);
      }
      return passed;
    },
    close: undo,
  };
}
