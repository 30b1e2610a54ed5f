import type { Keymap } from '../../core/commands/keymap.ts';
import type { Rect } from '../../core/layout/rect.ts';
import { layoutOf } from '../selectors/screen.ts';
import type { Cockpit, Message } from '../store/model.ts';
import { frame } from './frame.ts';
import { fitsLine, messageRow } from './hints.ts';
import { keyLabel } from './keys.ts';
import { clean, fitRow, line, type Row, wrap } from './span.ts';

const LOOKS: Record<Message['level'], { title: string; tone: 'good' | 'wait' | 'bad' }> = {
  info: { title: '✓', tone: 'good' },
  warning: { title: '! warning', tone: 'wait' },
  error: { title: '✖ error', tone: 'bad' },
};
/** Cells of the header's clock, which moves on over everything. */
const CLOCK = 7;
/** Longer lines are hard to read. */
const WIDEST = 100;

/**
 * A message that the bottom line is too short for, whole, in a box above that line; where an agent is typed to at the top,
 * since prompts stand at the bottom; there it gets a line of the header when that is enough. Null when there is none.
 */
export function toastView(state: Cockpit, keymap: Keymap): { rect: Rect; rows: Row[] } | null {
  const { toast, size, typing } = state.ui;
  const { hints, header } = layoutOf(state);
  if (!toast || !hints) return null;
  if (fitsLine(toast, hints.width - CLOCK)) {
    const rect = { x: 0, y: 0, width: hints.width - CLOCK, height: 1 };
    return typing ? { rect, rows: [fitRow(messageRow(toast), rect.width)] } : null;
  }
  if (!typing && fitsLine(toast, hints.width)) return null;
  const { title, tone } = LOOKS[toast.level];
  const width = Math.min(WIDEST, size.cols);
  const top = header?.height ?? 0;
  const lines = wrap(clean(toast.text), width - 4);
  const height = Math.min(lines.length + 2, hints.y - top);
  const whole = height >= lines.length + 2;
  const rows = frame({
    width,
    height,
    title: line(title, tone),
    foot: whole ? [] : line(`… all of it: ${keyLabel(keymap.keysOf('log')[0] ?? ':')} messages`, 'dim'),
    tone,
    rows: lines.map((text): Row => [{ text: ' ' }, { text }]),
  });
  return { rect: { x: 0, y: typing ? top : hints.y - height, width, height }, rows };
}
