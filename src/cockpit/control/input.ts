import { commandById } from '../../core/commands/table.ts';
import { contains } from '../../core/layout/rect.ts';
import { routeTyping } from '../input/route.ts';
import { keymapOf } from '../selectors/keymap.ts';
import type { Grid, InputEvent, MouseEvent } from '../types.ts';
import { type Bridge, runCommand } from './bridge.ts';
import { holdEarly } from './early.ts';
import { wheelOver } from './history/keys.ts';
import { takeKey } from './keys.ts';
import { createMouse } from './mouse.ts';
import { perform } from './perform.ts';
import { childOf } from './screens.ts';
import type { Reserved } from './surface.ts';

interface Typed {
  child: string;
  grid: Grid;
  place: Reserved;
}

/** The screen that gets the keys now. Null while nobody types, a dialog is open, or there is no screen. */
function typedTo({ store, surface, terminals }: Bridge): Typed | null {
  const { ui, data } = store.getState();
  if (!ui.typing || ui.dialogs.length > 0) return null;
  const place = surface.reserved.find((one) => one.focused);
  const at = place && childOf(data.project, place.agent);
  const grid = at && terminals.grid(at.child);
  return place && at && grid ? { child: at.child, grid, place } : null;
}

/** Takes everything that comes in from the terminal. Returns the undo. */
export function listen(bridge: Bridge): () => void {
  const mouse = createMouse(bridge);
  let grabbed = false;

  const take = (event: InputEvent) => {
    if (event.type === 'key' || event.type === 'paste') takeKey(bridge, event);
    else if (event.type === 'mouse') mouse(event);
  };

  const typing = (events: InputEvent[], { child, grid, place }: Typed): InputEvent[] => {
    const leaves = keymapOf(bridge.store.getState()).keysOf('leave');
    const pressed = events.find((event) => event.type === 'key' && leaves.includes(event.key));
    const leaveKey = pressed?.type === 'key' ? pressed.key : leaves[0]!;
    const routed = routeTyping({ events, leaveKey, modes: grid.modes, rect: place.rect, grabbed });
    grabbed = routed.grabbed;
    if (routed.bytes.length > 0) {
      bridge.terminals.input(child, routed.bytes);
      bridge.frames.typed();
    }
    if (routed.left) {
      runCommand(bridge, commandById('leave'));
      return routed.rest;
    }
    for (const event of routed.rest) if (event.type === 'mouse') beside(bridge, event, place, mouse);
    return [];
  };

  const route = (events: InputEvent[]): void => {
    for (let index = 0; index < events.length; index++) {
      // Each by itself: one may be what makes the next wait.
      if (early.holds(events[index]!)) continue;
      const typed = typedTo(bridge);
      // What is left after the leave key is for the cockpit again.
      if (typed) {
        route(typing(events.slice(index), typed));
        return;
      }
      take(events[index]!);
    }
  };
  const early = holdEarly(bridge, route);
  const undo = bridge.terminal.onInput(route, true);
  return () => {
    undo();
    early.close();
  };
}

/** The mouse where the agent does not want it: a click elsewhere leaves it, the wheel over its screen reads back. */
function beside(bridge: Bridge, event: MouseEvent, { rect, agent }: Reserved, mouse: (event: MouseEvent) => unknown) {
  if (event.kind !== 'press') return;
  if (contains(rect, event.x, event.y)) {
    if (event.button === 'wheelUp') wheelOver(bridge, agent, true);
  } else if (event.button === 'left') {
    perform(bridge, { type: 'typing', on: false });
    mouse(event);
  }
}
