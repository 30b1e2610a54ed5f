import { PLAIN_MODES } from '../../src/cockpit/grid/grid.ts';
import type { ScreenFrame, ScreenHeader } from '../../src/schema/screen.ts';
import type { Emulator } from './emulator.ts';

/** A frame with all rows of an emulator, as a host would send it. `scroll`: what the receiver is told to move first. */
export function frameOf(
  emulator: Emulator,
  {
    version,
    scroll,
    full,
    modes,
  }: { version: number; scroll: number; full: boolean; modes?: Partial<ScreenHeader['modes']> },
): ScreenFrame {
  const { term } = emulator;
  const screen = emulator.screen();
  const active = term.buffer.active;
  return {
    header: {
      child: 'test.1',
      version,
      acknowledge: false,
      full,
      cols: term.cols,
      rows: term.rows,
      scroll: full ? 0 : scroll,
      cursor: { x: active.cursorX, y: active.cursorY, visible: true, shape: 'block', blink: false },
      modes: { ...PLAIN_MODES, ...modes },
      title: '',
      history: 0,
      changed: Array.from({ length: term.rows }, (_, y) => ({
        y,
        cells: term.cols,
        ...(screen.extras[y] ? { extras: [...screen.extras[y].values()] } : {}),
      })),
    },
    words: screen.words,
  };
}
