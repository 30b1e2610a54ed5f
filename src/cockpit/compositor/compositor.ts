import type { Size } from '../../schema/agent.ts';
import type { Cursor } from '../../schema/screen.ts';
import type { Compositor, CompositorStats, Patch, Rect, Terminal, TerminalRect, Undo } from '../types.ts';
import { type PlacedPatch, placePatch, viewOrigin } from './compose.ts';
import { createPainter, type Picture } from './painter.ts';
import { parseRow } from './parse.ts';
import { blank, createScreen } from './screen.ts';

/** Milliseconds between updates for what is not focused: 30 a second look smooth, and eight flooding panes stay cheap. */
export const FRAME_MS = 33;

/** What the compositor needs of a terminal; `openTerminal` gives it, tests give an emulator. */
export type Output = Pick<Terminal, 'size' | 'abilities' | 'write' | 'onDrain'>;

/** Ink's rows as cells; only rows whose text has changed are parsed again. */
function chromeLayer(size: Size) {
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
  let chrome = chromeLayer(size);
  const patches = new Map<string, PlacedPatch>();
  const scene = {
    terminals: [] as readonly TerminalRect[],
    overlays: [] as readonly Rect[],
    cursor: null as { x: number; y: number } | null,
    setChrome: (rows: readonly string[]) => chrome.set(rows),
    patch(id: string, patch: Patch | null): boolean {
      const old = patches.get(id);
      if (patch === null) return patches.delete(id);
      if (old && samePatch(old.patch, patch)) return false;
      patches.set(id, placePatch(patch));
      return true;
    },
    resize(to: Size): boolean {
      if (to.cols === size.cols && to.rows === size.rows) return false;
      size = to;
      const { texts } = chrome;
      chrome = chromeLayer(size);
      chrome.set(texts);
      return true;
    },
    picture(): Picture {
      const { terminals, overlays } = scene;
      const cursor = focusedCursor(terminals) ?? (scene.cursor && { ...scene.cursor, ...CHROME_CURSOR });
      return { chrome: chrome.screen, terminals, overlays, patches, cursor };
    },
  };
  return scene;
}

/** The compositor for one terminal. See Compositor in types. */
export function createCompositor(output: Output): Compositor {
  const scene = createScene(output.size);
  let painter = createPainter(output.size, output.abilities);
  const stats: CompositorStats = { frames: 0, skipped: 0, bytes: 0 };
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
    setOverlays(rects) {
      scene.overlays = rects;
      clock.soon();
    },
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
      painter = createPainter(size, output.abilities);
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
