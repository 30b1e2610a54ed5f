/** When rows were printed. Rows are counted from the first that ever left the screen. */
export interface Stamps {
  /** Rows before `upTo` have been printed by now; `seenAt` knows of some that they stood on the screen earlier. */
  stamp(upTo: number, now: number, seenAt: (row: number) => number | undefined): void;
  /** After a resize rows are other ones: from this one on they are stamped anew, `at` is the time of those before. */
  reset(row: number, at: number): void;
  /** Time of a row; rows are asked for in order, and those before are forgotten. Undefined: it was not stamped. */
  take(row: number): number | undefined;
  /** Time of a row, or of the newest one stamped. */
  peek(row: number): number | undefined;
}

export function createStamps(): Stamps {
  let stamps: { upTo: number; at: number }[] = [];
  let index = 0;
  const push = (upTo: number, at: number) => {
    const last = stamps.at(-1);
    if (last && last.at === at && index < stamps.length) last.upTo = upTo;
    else stamps.push({ upTo, at });
  };
  return {
    stamp(upTo, now, seenAt) {
      const from = stamps.at(-1)?.upTo ?? 0;
      if (upTo === from) return;
      if (index > 64) {
        stamps = stamps.slice(index);
        index = 0;
      }
      for (let row = from; row < upTo; row++) {
        const at = seenAt(row);
        if (at === undefined) break;
        push(row + 1, at);
      }
      if ((stamps.at(-1)?.upTo ?? 0) !== upTo) push(upTo, now);
    },
    reset(row, at) {
      stamps = row > 0 ? [{ upTo: row, at }] : [];
      index = 0;
    },
    take(row) {
      while (index < stamps.length && stamps[index]!.upTo <= row) index++;
      return stamps[index]?.at;
    },
    peek: (row) => stamps.find((stamp) => stamp.upTo > row)?.at ?? stamps.at(-1)?.at,
  };
}
