import type { Size } from '../schema/agent.ts';
import type { ScreenFrame } from '../schema/screen.ts';
import type { Timeline } from './replay-timeline.ts';

/** Time (ms) that output may take at a piece before keys are heard again. */
const SLICE_MS = 12;

interface Player {
  write(text: string): void;
  resize(size: Size): void;
  frame(): ScreenFrame | undefined;
  close(): void;
}

/** The screen of a recording at any place of it. Going back plays it anew from the beginning: only that is always right. */
export function createFilm(create: (size: Size) => Player, size: Size, timeline: Timeline) {
  let player = create(size);
  let next = 0;
  let reached = 0;
  return {
    /** The place up to which everything is on the screen, in seconds. */
    get reached() {
      return reached;
    },
    /** Number of shots shown. */
    get next() {
      return next;
    },
    /** Goes on towards `position` for a moment; true when it is reached. */
    towards(position: number): boolean {
      const { shots } = timeline;
      if (position < reached) {
        player.close();
        player = create(size);
        next = 0;
        reached = 0;
      }
      for (const end = performance.now() + SLICE_MS; next < shots.length && shots[next]!.at <= position; next++) {
        const shot = shots[next]!;
        if (performance.now() > end) return false;
        if (shot.size) player.resize(shot.size);
        else player.write(shot.text!);
        reached = shot.at;
      }
      reached = Math.max(reached, position);
      return true;
    },
    /** When the next thing happens, in seconds of the film; null at the end. */
    nextAt: () => timeline.shots[next]?.at ?? null,
    frame: () => player.frame(),
    close: () => player.close(),
  };
}
export type Film = ReturnType<typeof createFilm>;
