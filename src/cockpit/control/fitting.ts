import type { Size } from '../../schema/agent.ts';
import type { Terminals } from '../types.ts';

/** A size is sent when it has stayed this long, in milliseconds: dragging a border, or passing over agents, resizes nobody. */
const SETTLE_MS = 120;

export interface Wanted {
  agent: string;
  child: string;
  size: Size;
}

/** Gives agents the size of their rectangles, once it has settled. */
export function createFitting(terminals: Terminals, onSize: (agent: string, size: Size) => void) {
  const sent = new Map<string, string>();
  let wanted: Wanted[] = [];
  let timer: NodeJS.Timeout | undefined;
  const apply = () => {
    for (const { agent, child, size } of wanted) {
      if (terminals.state(child) !== 'live' || size.cols < 2 || size.rows < 1) continue;
      const key = `${size.cols}x${size.rows}`;
      // Only a change on this side is sent: two cockpits of different sizes must not fight over an agent.
      if (sent.get(child) === key) continue;
      sent.set(child, key);
      terminals.resize(child, size);
      onSize(agent, size);
    }
  };
  return {
    want(next: Wanted[]) {
      wanted = next;
      // What was sent may have been lost along with the connection.
      for (const { child } of next) if (terminals.state(child) === 'lost') sent.delete(child);
      clearTimeout(timer);
      timer = setTimeout(apply, SETTLE_MS).unref();
    },
    /** Whoever comes back to this window wants the agents at this window's size, whatever another one made of them. */
    again() {
      sent.clear();
      apply();
    },
    close: () => clearTimeout(timer),
  };
}
