import type { Reading } from '../../store/reading.ts';
import { clampPlace } from '../../views/history/place.ts';
import { nowMark } from '../../views/history/words.ts';
import type { Reader, ReaderOptions } from './reader.ts';
import type { screensOf } from './screens.ts';
import { createSheet, type Sheet } from './sheet.ts';

interface DrawingOptions extends Pick<ReaderOptions, 'painter' | 'touch'>, Pick<Reader, 'change'> {
  screens: ReturnType<typeof screensOf>;
  reading(): Reading | null;
}

/** The sheet that is laid in the place of the agent's screen, drawn when the reading or its screen has changed. */
export function createDrawing({ reading, screens, change, painter, touch }: DrawingOptions) {
  let sheet: Sheet | null = null;
  const draw = () => {
    const now = reading();
    if (!now || !sheet) return;
    const { cols, rows } = sheet.grid;
    const screen = screens.live(now);
    const paint = painter();
    sheet.draw({
      reading: now,
      area: { width: cols, height: rows, live: now.live },
      live: screen,
      now: paint.row(nowMark(cols, screen ? (screens.goesOn(now) ? 'now' : 'its last screen') : 'the end')),
      wait: paint.row([{ text: now.loading ? '' : '…', tone: 'dim' }]),
    });
    touch();
  };
  const lay: Reader['lay'] = (agent, { width, height }) => {
    const now = reading();
    if (now?.agent !== agent) return null;
    const cols = Math.max(1, width);
    const rows = Math.max(1, height);
    if (sheet?.grid.cols === cols && sheet.grid.rows === rows) return sheet.grid;
    sheet = createSheet(cols, rows);
    const area = { width: cols, height: rows, live: now.live };
    if (!now.loading) change((one) => ({ ...one, top: clampPlace(one, one.top, area) }));
    draw();
    return sheet.grid;
  };
  const end = () => {
    sheet = null;
  };
  return { draw, lay, end };
}
