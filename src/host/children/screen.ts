import type { HostEvent, SpawnParams } from '../../schema/host.ts';
import { createEmulator, type Emulator } from '../emulator/emulator.ts';
import { createHistory, type History } from '../history/history.ts';
import { createMarks, type Marks } from '../history/marks.ts';

/** What a child writes to: its terminal, what left the screen, and the places in it worth jumping to. */
export interface ChildScreen {
  emulator: Emulator;
  history: History;
  marks: Marks;
}

export function createScreen(
  { size, background, kind, historyLines }: Pick<SpawnParams, 'size' | 'background' | 'kind' | 'historyLines'>,
  on: { reply(text: string): void; event(event: HostEvent): void },
  clock: () => number,
): ChildScreen {
  const emulator = createEmulator({
    size,
    background,
    convertEol: kind === 'pipe',
    historyLines,
    onReply: on.reply,
    onEvent(event) {
      marks.see(event);
      on.event(event);
    },
  });
  const history = createHistory(emulator.access, historyLines, clock);
  const marks = createMarks(emulator, history, clock);
  return { emulator, history, marks };
}
