import type { Reserved } from '../../src/cockpit/control/surface.ts';
import { useReserved } from '../hooks/useSurface.ts';

/** Reserves a rectangle for an agent's live screen and draws nothing: the compositor does. */
export function TerminalView(place: Reserved & { name: string }) {
  useReserved(place.name, place);
  return null;
}
