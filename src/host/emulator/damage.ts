import type { Terminal } from '@xterm/headless';

/** Rows of the screen that may have changed: none when `to` is less than `from`. */
export interface Damage {
  from: number;
  to: number;
  /** Rows by which all of the normal screen has moved up; rows that did no more than that are none that have changed. */
  scrolled: number;
}

/** What of xterm 6.0.0's InputHandler tells which rows a chunk has touched. */
export interface Touching {
  _dirtyRowTracker?: { start: number; end: number; markDirty?(y: number): void };
  markRangeDirty?(from: number, to: number): void;
}

export interface DamageWatch {
  /** To be called after each chunk. */
  gather(): void;
  /** All that has changed since it was asked last. */
  take(): Damage;
}

const all = (): Damage => ({ from: 0, to: Number.POSITIVE_INFINITY, scrolled: 0 });

/**
 * Gathers xterm's own notes of what has to be drawn anew, which it keeps for one chunk. A line feed at the bottom it notes as
 * a change of the whole screen; here the rows noted so far move up with it. Without its fields everything may have changed.
 * `isNormal` is asked at each line feed, which xterm's public API is too slow for: the normal screen is shown.
 */
export function watchDamage(terminal: Terminal, input: Touching, isNormal: () => boolean): DamageWatch {
  const touched = input._dirtyRowTracker;
  const mark = input.markRangeDirty?.bind(input);
  if (typeof touched?.start !== 'number' || !mark) return { gather() {}, take: all };
  let damage = all();
  input.markRangeDirty = (from, to) => {
    const last = terminal.rows - 1;
    if (from !== 0 || to !== last || !isNormal()) return mark(from, to);
    touched.start = Math.max(0, touched.start - 1);
    touched.end = last;
    damage.from = Math.max(0, damage.from - 1);
    damage.scrolled++;
  };
  const everything = () => {
    damage = all();
  };
  terminal.buffer.onBufferChange(everything);
  terminal.onResize(everything);
  return {
    gather() {
      damage.from = Math.min(damage.from, touched.start);
      damage.to = Math.max(damage.to, touched.end);
    },
    take() {
      const now = damage;
      damage = { from: Number.POSITIVE_INFINITY, to: -1, scrolled: 0 };
      return now;
    },
  };
}
