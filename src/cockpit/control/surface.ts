import { type Rect, sameRect } from '../../core/layout/rect.ts';
import type { Compositor } from '../types.ts';
import { type Animation, createAnimation } from './animate.ts';

/** An agent's screen wanted at a place. */
export interface Reserved {
  agent: string;
  rect: Rect;
  focused: boolean;
}

/** What components tell of the screen besides rows. Each setter takes null to end what it began. */
export interface Surface {
  /** A rectangle for an agent's screen. */
  reserve(key: string, reserved: Reserved | null): void;
  overlay(key: string, rect: Rect | null): void;
  cursor(key: string, at: { x: number; y: number } | null): void;
  animation: Animation;
  readonly reserved: readonly Reserved[];
  /** Called when `reserved` has changed, once for all changes of one render. */
  onReserved(listener: () => void): () => void;
  close(): void;
}

export function createSurface(compositor: Compositor): Surface {
  const places = new Map<string, Reserved>();
  const overlays = new Map<string, Rect>();
  const cursors = new Map<string, { x: number; y: number }>();
  const animation = createAnimation(compositor);
  const listeners = new Set<() => void>();
  let told = false;
  const tell = () => {
    if (told) return;
    told = true;
    queueMicrotask(() => {
      told = false;
      for (const listener of listeners) listener();
    });
  };
  return {
    animation,
    reserve(key, next) {
      const old = places.get(key);
      const same =
        old && next && old.agent === next.agent && old.focused === next.focused && sameRect(old.rect, next.rect);
      if (same || (!old && !next)) return;
      if (next) places.set(key, next);
      else places.delete(key);
      tell();
    },
    overlay(key, rect) {
      if (rect) overlays.set(key, rect);
      else overlays.delete(key);
      compositor.setOverlays([...overlays.values()]);
    },
    cursor(key, at) {
      if (at) cursors.set(key, at);
      else cursors.delete(key);
      compositor.setCursor([...cursors.values()].at(-1) ?? null);
    },
    get reserved() {
      return [...places.values()];
    },
    onReserved(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      listeners.clear();
      animation.close();
    },
  };
}
