/** Lines to be fetched; `jump`: they replace what is there when they do not stand beside it. */
export interface Wanted {
  from: number | null;
  count: number;
  jump: boolean;
}

/** One request at a time; of those that come meanwhile the newest counts, one for a jump before one that only looks for news. */
export function createFetching(fetch: (wanted: Wanted) => Promise<void>) {
  let busy = false;
  let next: Wanted | null = null;
  const run = async (wanted: Wanted) => {
    busy = true;
    await fetch(wanted);
    busy = false;
    if (!next) return;
    const after = next;
    next = null;
    void run(after);
  };
  return {
    ask(wanted: Wanted) {
      if (!busy) void run(wanted);
      else if (wanted.jump || !next?.jump) next = wanted;
    },
  };
}
