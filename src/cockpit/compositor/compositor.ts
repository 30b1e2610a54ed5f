import type { Size } from '../../schema/agent.ts';
import type { Cursor } from '../../schema/screen.ts';
import type { Compositor, CompositorStats, Patch, Rect, Terminal, TerminalRect, Undo } from '../types.ts';
import { type PlacedPatch, placePatch, viewOrigin } from './compose.ts';
import { createPainter, type Picture } from './painter.ts';
import { parseRow } from './parse.ts';
import { blank, createScreen, nextStamp } from './screen.ts';

/** Milliseconds between updates for what is not focused: 30 a second look smooth, and eight flooding panes stay cheap. */
export const FRAME_MS = 33;

/** What the compositor needs of a terminal; `openTerminal` gives it, tests give an emulator. */
export type Output = Pick<Terminal, 'size' | 'abilities' | 'write' | 'onDrain'>;

/** Ink's rows as cells; only rows whose text has changed are parsed again. */
function chromeLayer(size: Size, stamps: Float64Array) {
  const screen = createScreen(size.cols, size.rows);
  let texts: readonly string[] = [];
  return {
    screen,
    get texts() {
      return texts;
    },
    set(rows: readonly string[]): boolean {
      let changed = false;
      for (let y = 0; y < size.rows; y++) {
        const text = rows[y] ?? '';
        if (text === (texts[y] ?? '')) continue;
        changed = true;
        stamps[y] = nextStamp();
        if (text !== '') parseRow(screen, y, text);
        else {
          blank(screen.words, y * size.cols, size.cols);
          screen.extras[y] = null;
        }
      }
      texts = rows;
      return changed;
    },
  };
}

/** The cursor of the focused terminal, in columns and rows of the whole screen; null when none has the focus. */
function focusedCursor(terminals: readonly TerminalRect[]): Cursor | null {
  const rect = terminals.find((one) => one.focused);
  if (!rect) return null;
  const { cursor } = rect.grid;
  const origin = viewOrigin(rect.grid, rect);
  const x = Math.min(cursor.x, rect.grid.cols - 1) - origin.x;
  const y = cursor.y - origin.y;
  const inside = x >= 0 && y >= 0 && x < rect.width && y < rect.height;
  return { ...cursor, x: rect.x + x, y: rect.y + y, visible: cursor.visible && inside };
}

const samePatch = (a: Patch, b: Patch) =>
  a.x === b.x && a.y === b.y && a.text === b.text && a.style === b.style && a.above === b.above;

const sameRects = (a: readonly Rect[], b: readonly Rect[]) =>
  a.length === b.length &&
  a.every(({ x, y, width, height }, i) => {
    const other = b[i]!;
    return x === other.x && y === other.y && width === other.width && height === other.height;
  });

/** When to paint: at the end of this turn, with the next frame, or not before the terminal has taken what it got. */
function createClock(paint: () => void) {
  let soon: NodeJS.Immediate | null = null;
  let later: NodeJS.Timeout | null = null;
  return {
    soon() {
      soon ??= setImmediate(paint);
    },
    later() {
      later ??= setTimeout(paint, FRAME_MS);
    },
    stop() {
      if (soon) clearImmediate(soon);
      if (later) clearTimeout(later);
      soon = null;
      later = null;
    },
  };
}

/** When writing may go on: not before the terminal has taken what it got. `again` runs once it may, if something was left out. */
function createGate(output: Output, again: () => void) {
  let blocked = false;
  let missed = false;
  const undo: Undo = output.onDrain(() => {
    blocked = false;
    if (!missed) return;
    missed = false;
    again();
  });
  return {
    undo,
    write(bytes: Uint8Array) {
      blocked = !output.write(bytes);
    },
    /** True when nothing may be written now; what is left out is made good by `again`. */
    shut() {
      missed ||= blocked;
      return blocked;
    },
  };
}

/** Everything that was asked for, as a picture. Setters return false when nothing has changed by them. */
function createScene(from: Size) {
  let size = from;
  let stamps = new Float64Array(size.rows).fill(nextStamp());
  let chrome = chromeLayer(size, stamps);
  const mark = (y: number) => {
    if (y >= 0 && y < stamps.length) stamps[y] = nextStamp();
  };
  const patches = new Map<string, PlacedPatch>();
  let overlays: readonly Rect[] = [];
  const scene = {
    terminals: [] as readonly TerminalRect[],
    cursor: null as { x: number; y: number } | null,
    setChrome: (rows: readonly string[]) => chrome.set(rows),
    setOverlays(rects: readonly Rect[]): boolean {
      if (sameRects(overlays, rects)) return false;
      overlays = rects.map(({ x, y, width, height }) => ({ x, y, width, height }));
      stamps.fill(nextStamp());
      return true;
    },
    patch(id: string, patch: Patch | null): boolean {
      const old = patches.get(id);
      if (old && patch && samePatch(old.patch, patch)) return false;
      if (old) mark(old.patch.y);
      if (patch === null) return patches.delete(id);
      mark(patch.y);
      patches.set(id, placePatch(patch));
      return true;
    },
    resize(to: Size): boolean {
      if (to.cols === size.cols && to.rows === size.rows) return false;
      size = to;
      const { texts } = chrome;
      stamps = new Float64Array(size.rows).fill(nextStamp());
      chrome = chromeLayer(size, stamps);
      chrome.set(texts);
      return true;
    },
    picture(): Picture {
      const { terminals } = scene;
      const cursor = focusedCursor(terminals) ?? (scene.cursor && { ...scene.cursor, ...CHROME_CURSOR });
      return { chrome: chrome.screen, terminals, overlays, patches, cursor, stamps };
    },
  };
  return scene;
}

/** The compositor for one terminal. See Compositor in types. */
export function createCompositor(output: Output): Compositor {
  const scene = createScene(output.size);
  const stats: CompositorStats = { frames: 0, skipped: 0, bytes: 0, rows: 0 };
  let painter = createPainter(output.size, output.abilities, stats);
  let closed = false;

  const paint = () => {
    clock.stop();
    if (closed) return;
    if (gate.shut()) {
      stats.skipped++;
      return;
    }
    const bytes = painter.paint(scene.picture());
    if (bytes.length === 0) return;
    stats.frames++;
    stats.bytes += bytes.length;
    gate.write(bytes);
  };
  const clock = createClock(paint);
  const gate = createGate(output, paint);
  const soonIf = (changed: boolean) => {
    if (changed) clock.soon();
  };
  return {
    setChrome: (rows) => soonIf(scene.setChrome(rows)),
    setTerminals(rects) {
      scene.terminals = rects;
      clock.soon();
    },
    setOverlays: (rects) => soonIf(scene.setOverlays(rects)),
    setCursor(cursor) {
      scene.cursor = cursor;
      clock.soon();
    },
    patch: (id, patch) => soonIf(scene.patch(id, patch)),
    touch(id) {
      const rect = scene.terminals.find((one) => one.id === id);
      if (rect?.focused) paint();
      else if (rect) clock.later();
    },
    resize(size) {
      if (!scene.resize(size)) return;
      painter = createPainter(size, output.abilities, stats);
      clock.soon();
    },
    invalidate() {
      painter.invalidate();
      clock.soon();
    },
    paint,
    stats,
    close() {
      closed = true;
      clock.stop();
      gate.undo();
    },
  };
}

const CHROME_CURSOR = { visible: true, shape: 'block', blink: false } as const;
