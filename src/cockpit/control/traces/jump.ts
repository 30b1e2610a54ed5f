import { isStructured } from '../../../core/structured.ts';
import type { Turn } from '../../../schema/trace.ts';
import type { Bridge } from '../bridge.ts';
import { talkTo } from '../talk/place.ts';

/** Shows where a turn begins: in the history of a screen by its line, in a conversation by its place in the record. */
export function toTurn(bridge: Bridge, begun: Turn) {
  const { store, reader } = bridge;
  const { agent, name, epoch, line, turn } = begun;
  const { data, ui } = store.getState();
  const present = data.project?.agents[agent];
  if (line !== null) {
    return reader.start({ agent, name, epoch: present?.epoch === epoch ? null : epoch, back: 'live', line });
  }
  if (!present) {
    return store.say('info', `${name} has been removed: turn ${turn} is only in its record and in boocode traces.`);
  }
  const shown = { view: 'output', reading: null, typing: false, toast: null, filter: '' } as const;
  store.setUi({
    ...shown,
    selected: agent,
    focus: ui.single ?? 'output',
    mode: ui.mode === 'tiles' ? 'normal' : ui.mode,
  });
  if (isStructured(present)) void talkTo(bridge, begun);
}
