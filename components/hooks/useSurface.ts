import { useLayoutEffect } from 'react';
import type { Reserved } from '../../src/cockpit/control/surface.ts';
import type { Moving } from '../../src/cockpit/views/view.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from './useBridge.ts';

/** Spinners, clocks and times of a view: the compositor draws them, Ink does not. */
export function usePatches(view: string, rect: Rect, moving: readonly Moving[]): void {
  const { surface, painter } = useBridge();
  const paint = painter();
  const { x, y, width, height } = rect;
  useLayoutEffect(() => {
    surface.animation.set(view, { x, y, width, height }, moving, paint);
  }, [surface, view, x, y, width, height, moving, paint]);
  useLayoutEffect(
    () => () => surface.animation.set(view, { x: 0, y: 0, width: 0, height: 0 }, [], paint),
    [surface, view, paint],
  );
}

/** A rectangle in which the compositor lays an agent's screen. */
export function useReserved(key: string, { agent, rect, focused }: Reserved): void {
  const { surface } = useBridge();
  const { x, y, width, height } = rect;
  useLayoutEffect(() => {
    surface.reserve(key, { agent, rect: { x, y, width, height }, focused });
  }, [surface, key, agent, x, y, width, height, focused]);
  useLayoutEffect(() => () => surface.reserve(key, null), [surface, key]);
}

/** An area of the chrome that lies over agents' screens. */
export function useOverlay(key: string, { x, y, width, height }: Rect): void {
  const { surface } = useBridge();
  useLayoutEffect(() => {
    surface.overlay(key, { x, y, width, height });
    return () => surface.overlay(key, null);
  }, [surface, key, x, y, width, height]);
}

/** Where the text cursor stands, in screen cells; null: not here. */
export function useCaret(key: string, at: { x: number; y: number } | null): void {
  const { surface } = useBridge();
  const x = at?.x ?? -1;
  const y = at?.y ?? -1;
  useLayoutEffect(() => {
    surface.cursor(key, x < 0 ? null : { x, y });
    return () => surface.cursor(key, null);
  }, [surface, key, x, y]);
}
