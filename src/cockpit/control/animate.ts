import type { Rect } from '../../core/layout/rect.ts';
import type { Painter } from '../theme/paint.ts';
import type { Compositor } from '../types.ts';
import { type Moving, movingChangesIn, movingText } from '../views/view.ts';

/** Spinners stand still when nothing but they would keep the machine awake: below this there is no timer at all. */
const LEAST_MS = 50;

export interface Animation {
  /** What moves in a view that stands at this place; an empty list takes it away. */
  set(view: string, rect: Rect, moving: readonly Moving[], painter: Painter): void;
  close(): void;
}

interface Placed extends Moving {
  key: string;
  style: string;
  shown: string | null;
}

/**
 * Spinners, clocks and relative times: cells the compositor patches, so that Ink renders nothing for them. One timer, set
 * to the moment at which the next of them looks different.
 */
export function createAnimation(compositor: Pick<Compositor, 'patch'>, now: () => number = Date.now): Animation {
  const views = new Map<string, Placed[]>();
  let timer: NodeJS.Timeout | undefined;
  const tick = () => {
    clearTimeout(timer);
    const at = now();
    let next = Number.POSITIVE_INFINITY;
    for (const list of views.values()) {
      for (const one of list) {
        const text = movingText(one, at);
        if (text !== one.shown) compositor.patch(one.key, { x: one.x, y: one.y, text, style: one.style });
        one.shown = text;
        next = Math.min(next, movingChangesIn(one, at));
      }
    }
    if (next < Number.POSITIVE_INFINITY) timer = setTimeout(tick, Math.max(LEAST_MS, next)).unref();
  };
  return {
    set(view, rect, moving, painter) {
      const old = views.get(view) ?? [];
      const list = moving.map(
        (one): Placed => ({
          ...one,
          x: rect.x + one.x,
          y: rect.y + one.y,
          key: `${view} ${one.id}`,
          style: painter.style(one.tone, one.selected),
          shown: null,
        }),
      );
      const keys = new Set(list.map((one) => one.key));
      for (const one of old) if (!keys.has(one.key)) compositor.patch(one.key, null);
      if (list.length) views.set(view, list);
      else views.delete(view);
      tick();
    },
    close: () => clearTimeout(timer),
  };
}
