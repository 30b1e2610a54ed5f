import type { Scan } from '../../core/search/scan.ts';
import { runBounded } from '../../util/bounded.ts';

/** A thread that got less than this share of the time was starved: others had the cores. */
const STARVED = 0.6;
/** Work (ms) on one piece alone, after which the pattern is to blame: the usual one takes less than a millisecond. */
const PIECE_MS = 15;
/** A starved search is looked after so often, in milliseconds. */
const STEP_MS = 30;
/** Whoever is starved gets so many times the time, at most. */
export const MOST_TIMES = 5;

/** Runs a scan for at most so many milliseconds. True when it was interrupted. */
export type Run = (scan: Scan, stopped: () => boolean, ms: number) => boolean;

/** Wherever it is, in the middle of an expression too. */
const interrupted: Run = (scan, stopped, ms) => runBounded(() => scan.run(stopped), ms);

/** The clock is looked at once in so many pieces, which take 0.1 ms; each look costs as much as to see that a piece has nothing. */
const PIECES = 16;

/** Between two pieces: soon enough for a text that is looked for as it stands, and there need be no watchdog, whose start takes 0.3 ms. */
export const stepwise: Run = (scan, stopped, ms) => {
  const end = performance.now() + ms;
  let isLate = false;
  let asked = 0;
  scan.run(() => {
    if (asked++ % PIECES !== 0) return false;
    isLate = performance.now() >= end;
    return isLate || stopped();
  });
  return isLate;
};

export interface Effort {
  /** Milliseconds of work for all of it; of time too unless others have the cores. */
  budgetMs: number;
  stopped(): boolean;
  /** Milliseconds that this thread has worked, and that have passed. */
  cpu?(): number;
  clock?(): number;
  run?: Run;
}

const threadCpu = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/**
 * Runs a search for its time, and gives a usual one that others keep from working more of it. One that makes no headway in a
 * single piece is given up as soon as that is seen. True when it was given up.
 */
export function runEffort(
  scan: Scan,
  { budgetMs, stopped, cpu = threadCpu, clock = () => performance.now(), run = interrupted }: Effort,
): boolean {
  const begun = { at: clock(), cpu: cpu() };
  for (let ms = budgetMs; ; ms = STEP_MS) {
    const before = { done: scan.done, cpu: cpu() };
    if (!run(scan, stopped, ms)) return false;
    const worked = cpu() - begun.cpu;
    const passed = clock() - begun.at;
    const stuck = scan.done === before.done && cpu() - before.cpu >= PIECE_MS;
    if (stuck || worked >= budgetMs || worked >= passed * STARVED || passed >= budgetMs * MOST_TIMES) return true;
  }
}
