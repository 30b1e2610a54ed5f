import { lastScreen } from '../../grid/still.ts';
import type { Reading } from '../../store/reading.ts';
import type { Grid } from '../../types.ts';
import { createFetching } from './fetching.ts';
import { PAGE, takePage } from './pages.ts';
import type { Reader, ReaderOptions } from './reader.ts';
import type { screensOf } from './screens.ts';

/** What is printed while somebody reads back is counted so often, in milliseconds: below the eye's patience, and cheap. */
const REFRESH_MS = 200;

interface LoadingOptions extends Pick<ReaderOptions, 'call'>, Pick<Reader, 'change'> {
  screens: ReturnType<typeof screensOf>;
  reading(): Reading | null;
  /** What failed, for people. */
  words(error: unknown): string;
  /** An answer has been taken; `first`: it was the first one. */
  taken(first: boolean): void;
}

/** Fetches lines: those that come into sight, and what is printed meanwhile. */
export function createLoading({ reading, change, screens, call, words, taken }: LoadingOptions) {
  const { live } = screens;
  /** Size of the screen when lines were last asked for. */
  let size = '';
  const sizeOf = (of: Reading) => {
    const grid = live(of);
    return `${of.agent} ${of.epoch} ${grid?.cols} ${grid?.rows}`;
  };
  const { ask } = createFetching(async (wanted) => {
    const asked = reading();
    if (!asked) return;
    const { agent, epoch, loading: first } = asked;
    const sizeThen = sizeOf(asked);
    const same = () => reading()?.agent === agent && reading()?.epoch === epoch;
    try {
      const { from, count } = wanted;
      const last = first && !live(asked) ? lastScreenOf(call, asked) : null;
      const page = await call('agent.history', { agent, epoch, from, count, styled: true });
      if (last) screens.keep(asked, await last);
      const now = reading();
      if (!now || !same()) return;
      const rows = live(now)?.rows ?? 0;
      const useful = wanted.jump || isBeside(now, page.lines[0]?.line);
      // It may have changed while they were on their way: then the next answer may have what it moved as well.
      const resized = size !== sizeThen || size !== sizeOf(now);
      size = sizeThen;
      const kept = { ...page, resized, life: screens.lifeOf(now), lines: useful ? page.lines : [] };
      change((one, area) => takePage({ ...one, live: rows }, kept, { ...area, live: rows }));
      taken(first);
      if (wanted.jump && page.lines.length === 0 && page.total >= page.first) throw new Error('no lines came');
    } catch (error) {
      if (same()) change((now) => ({ ...now, loading: false, error: words(error) }));
    }
  });
  const refresh = createThrottle(REFRESH_MS, () => {
    const now = reading();
    if (!now || now.loading) return;
    const follows = (now.lines.at(-1)?.line ?? 0) >= now.total - 1;
    ask({ from: Math.max(now.total, now.first, 1), count: follows ? PAGE : 1, jump: false });
  });
  return { ask, soon: refresh.soon, close: refresh.close };
}

/** What an ended life showed at last; nothing when nothing of it is kept. */
async function lastScreenOf(call: ReaderOptions['call'], { agent, epoch }: Reading): Promise<Grid | undefined> {
  const wanted = { agent, ansi: true, ...(epoch !== null && { epoch }) };
  const screen = await call('agent.screen', wanted).catch(() => null);
  return screen ? lastScreen(screen.ansi ?? screen.lines, screen.size.cols) : undefined;
}

const isBeside = ({ lines }: Reading, line: number | undefined): boolean =>
  line !== undefined && lines.length > 0 && line <= lines.at(-1)!.line + 1 && line >= lines[0]!.line - 1;

/** Runs at once after a pause, else when the pause is over. */
function createThrottle(pause: number, run: () => void) {
  let last = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const go = () => {
    timer = undefined;
    last = performance.now();
    run();
  };
  return {
    soon() {
      timer ??= setTimeout(go, Math.max(0, last + pause - performance.now())).unref();
    },
    close: () => clearTimeout(timer),
  };
}
