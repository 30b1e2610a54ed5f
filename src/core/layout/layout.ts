import type { Size } from '../../schema/agent.ts';
import type { Rect } from './rect.ts';
import { tileRects } from './tiles.ts';

/** Below this the cockpit says so in one line instead of drawing. */
export const MIN_SIZE: Size = { cols: 40, rows: 10 };
/** From here on panes stand side by side; below they become tabs of one. */
export const COLUMNS_FROM = 100;
/** The sessions list is never narrower or, unless somebody drags it, wider than this. */
const SESSIONS_WIDTH = { least: 24, most: 46, share: 0.3 };
/** What dragging must leave for the other pane. */
const OUTPUT_LEAST = 40;

/** From this many rows on what waits and who collides stands below the others, also when it is nobody: screens must not jump. */
const STRIP_FROM = 32;
/** Rows of that strip with its borders, as a share of the screen's; the rest in columns. */
const STRIP = { least: 5, most: 9, share: 0.16, inbox: 0.57 };

export type PaneId = 'sessions' | 'output' | 'inbox' | 'collisions';
/** Those that share the one place of a narrow screen. A pane that is added gets its place in `besides` or in `layout`. */
export const TABS: readonly PaneId[] = ['sessions', 'output', 'inbox'];
/** Where keys can go, in the order in which Tab goes through what of it is on the screen. */
export const FOCUSED: readonly PaneId[] = ['sessions', 'output', 'inbox'];

export interface LayoutInput {
  size: Size;
  mode: 'normal' | 'tiles' | 'zoom';
  focus: PaneId;
  /** Only this pane, without header and hints around it: `boocode pane VIEW`. */
  single: PaneId | null;
  /** How many agents want a tile. */
  tiles: number;
  /** The strip below is wanted, where there is room. */
  strip?: boolean;
  /** Width of the sessions list in cells once somebody has dragged the border, else null. */
  split: number | null;
}

export interface Layout {
  kind: 'small' | 'columns' | 'tabs' | 'zoom' | 'tiles' | 'single';
  size: Size;
  header: Rect | null;
  /** The bottom line: hints, or a message. */
  hints: Rect | null;
  panes: { id: PaneId; rect: Rect }[];
  /** Panes that share the one place; empty when each has its own. */
  tabs: readonly PaneId[];
  tiles: Rect[];
  /** Two cells wide: the borders that touch between two panes and can be dragged. */
  divider: Rect | null;
}

/** Where everything stands on a screen of this size. */
export function layout(input: LayoutInput): Layout {
  const { size, mode, single, focus } = input;
  const whole: Rect = { x: 0, y: 0, width: size.cols, height: size.rows };
  const bare = { size, header: null, hints: null, panes: [], tabs: [], tiles: [], divider: null };
  if (single) {
    if (size.cols < 10 || size.rows < 3) return { ...bare, kind: 'small' };
    const hints = { ...whole, y: size.rows - 1, height: 1 };
    const rect = { ...whole, height: size.rows - 1 };
    return { ...bare, kind: 'single', hints, panes: [{ id: single, rect }] };
  }
  if (size.cols < MIN_SIZE.cols || size.rows < MIN_SIZE.rows) return { ...bare, kind: 'small' };
  const frame = {
    ...bare,
    header: { ...whole, height: 1 },
    hints: { ...whole, y: size.rows - 1, height: 1 },
  };
  const body = { ...whole, y: 1, height: size.rows - 2 };
  if (mode === 'tiles' && input.tiles > 0) return { ...frame, kind: 'tiles', tiles: tileRects(body, input.tiles) };
  if (mode === 'zoom') return { ...frame, kind: 'zoom', panes: [{ id: focus, rect: body }] };
  if (size.cols < COLUMNS_FROM) return { ...frame, kind: 'tabs', tabs: TABS, panes: [{ id: focus, rect: body }] };
  const strip = input.strip && size.rows >= STRIP_FROM ? stripHeight(size.rows) : 0;
  const above = { ...body, height: body.height - strip };
  const { panes, divider } = besides(above, input.split);
  const below = { ...body, y: above.y + above.height, height: strip };
  return { ...frame, kind: 'columns', panes: strip > 0 ? [...panes, ...stripPanes(below)] : panes, divider };
}

const stripHeight = (rows: number) => Math.max(STRIP.least, Math.min(STRIP.most, Math.round(rows * STRIP.share)));

function stripPanes(rect: Rect): Layout['panes'] {
  const width = Math.round(rect.width * STRIP.inbox);
  return [
    { id: 'inbox', rect: { ...rect, width } },
    { id: 'collisions', rect: { ...rect, x: width, width: rect.width - width } },
  ];
}

function besides(body: Rect, split: number | null): Pick<Layout, 'panes' | 'divider'> {
  const width = splitWidth(body.width, split);
  const sessions = { ...body, width };
  const output = { ...body, x: width, width: body.width - width };
  return {
    panes: [
      { id: 'sessions', rect: sessions },
      { id: 'output', rect: output },
    ],
    divider: { x: width - 1, y: body.y, width: 2, height: body.height },
  };
}

/** Width of the sessions list: dragged to `split`, or its share of the screen. */
export function splitWidth(cols: number, split: number | null): number {
  const { least, most, share } = SESSIONS_WIDTH;
  const wanted = split ?? Math.min(most, Math.round(cols * share));
  return Math.max(least, Math.min(wanted, cols - OUTPUT_LEAST));
}
