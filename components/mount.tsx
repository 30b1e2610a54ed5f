import type { Exit } from '../src/cockpit/control/bridge.ts';
import { type CockpitOptions, connectHost, openCockpit } from '../src/cockpit/control/cockpit.ts';
import { createTerminals } from '../src/cockpit/terminals/terminals.ts';
import type { Terminals } from '../src/cockpit/types.ts';
import { draw } from './draw.tsx';

export interface MountOptions extends Omit<CockpitOptions, 'terminals'> {
  /** Agents' screens; default: straight from their hosts. */
  terminals?: Terminals;
  /** Called after each render of Ink: what the bench counts. */
  onRender?: () => void;
}

/** Opens the cockpit on a terminal. Resolves with how it was left; rejects when no daemon can be reached or started. */
export async function mountCockpit({
  onRender,
  terminals = createTerminals({ connectHost }),
  ...options
}: MountOptions): Promise<Exit> {
  const cockpit = openCockpit({ ...options, terminals });
  const undraw = draw(cockpit, onRender);
  try {
    await Promise.race([cockpit.connect(), cockpit.exit]);
    return await cockpit.exit;
  } finally {
    undraw();
    cockpit.close();
  }
}
