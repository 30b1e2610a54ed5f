import { contains } from '../../core/layout/rect.ts';
import type { InputEvent, MouseEvent } from '../types.ts';
import type { Bridge } from './bridge.ts';
import { passBytes, takeKey } from './keys.ts';
import { createMouse } from './mouse.ts';
import { perform } from './perform.ts';

/** Takes everything that comes in from the terminal. Returns the undo. */
export function listen(bridge: Bridge): () => void {
  const { store, surface } = bridge;
  const mouse = createMouse(bridge);

  const click = (event: MouseEvent) => {
    const { ui } = store.getState();
    if (!ui.typing || ui.dialogs.length > 0) return mouse(event);
    const typed = surface.reserved.find((place) => place.focused);
    if (typed && contains(typed.rect, event.x, event.y)) return bridge.passMouse(event, typed);
    if (event.kind !== 'press' || event.button !== 'left') return;
    // A click beside it leaves the agent, as its key does.
    perform(bridge, { type: 'typing', on: false });
    mouse(event);
  };

  const take = (event: InputEvent) => {
    switch (event.type) {
      case 'key':
      case 'paste':
        return takeKey(bridge, event);
      case 'mouse':
        return click(event);
      case 'release':
      case 'unknown':
        return store.getState().ui.typing ? passBytes(bridge, event) : undefined;
    }
  };
  return bridge.terminal.onInput((events) => {
    for (const event of events) take(event);
  });
}
