import { encodeMouse } from '../../core/keys/mouse.ts';
import { selectedAgent } from '../selectors/sessions.ts';
import type { MouseEvent } from '../types.ts';
import type { Bridge } from './bridge.ts';
import { perform } from './perform.ts';
import { childOf } from './screens.ts';
import type { Reserved } from './surface.ts';

/** The mouse over the screen of the agent that is typed to: for the agent if it asked for it, else the wheel reads back. */
export function passMouse(bridge: Bridge, event: MouseEvent, { rect }: Reserved) {
  const state = bridge.store.getState();
  const agent = selectedAgent(state);
  const at = agent && childOf(state.data.project, agent.id);
  const modes = at && bridge.terminals.grid(at.child)?.modes;
  if (!at || !modes) return;
  const bytes = encodeMouse({ ...event, x: event.x - rect.x, y: event.y - rect.y }, modes);
  if (bytes.length > 0) bridge.terminals.input(at.child, bytes);
  else if (modes.mouse === 'none' && event.button === 'wheelUp' && !modes.alternate) {
    perform(bridge, { type: 'open', dialog: 'history' });
  }
}
