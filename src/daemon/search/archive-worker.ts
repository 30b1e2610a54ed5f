import { type Matcher, readPattern } from '../../core/search/pattern.ts';
import { createScan, type Piece, type ScanWish } from '../../core/search/scan.ts';
import type { HistoryLine } from '../../schema/host.ts';
import type { ChildMatches, Pattern } from '../../schema/search.ts';
import { type KeptHistory, openHistory } from '../../storage/history.ts';
import { answerThread } from '../../util/answer.ts';
import { runBounded } from '../../util/bounded.ts';

/** What the daemon's thread for what is kept on disk is asked. */
export interface ArchiveRequest extends ScanWish {
  root: string;
  pattern: Pattern;
  life: { id: string; epoch: number };
  /** Milliseconds that one block of lines may take (a pattern that needs more is given up), and all of them together (0: none is looked at). */
  blockMs: number;
  totalMs: number;
  /** Its first number is set to 1 when nobody wants the answer any more. */
  stop: SharedArrayBuffer;
}

/** Null: nothing is kept of it. `child` is the agent's id. */
export type ArchiveAnswer = { name: string; found: ChildMatches } | null;

answerThread(async (request: ArchiveRequest): Promise<ArchiveAnswer> => {
  const { root, life } = request;
  const matcher = readPattern(request.pattern);
  const limits = { end: performance.now() + request.totalMs, given: false, stop: new Int32Array(request.stop) };
  const kept = await openHistory(root, life.id, life.epoch);
  if (!kept) return null;
  try {
    const found = await searchLife(kept, matcher, request, limits);
    return { name: kept.life.name, found: { ...found, child: life.id } };
  } finally {
    kept.close();
  }
});

interface Limits {
  end: number;
  /** It was given up: what follows is not looked at. */
  given: boolean;
  stop: Int32Array;
}

/** Oldest block first, as the file has them; of the hits the newest are kept. */
async function searchLife(kept: KeptHistory, matcher: Matcher, wish: ArchiveRequest, limits: Limits) {
  const all: ChildMatches = { child: '', matches: [], total: 0, upTo: 0, complete: true, sources: ['archive'] };
  const searchBlock = (piece: Piece, around: Piece[]) => {
    const scan = createScan(matcher, wish, [{ child: '', from: 1, pieces: [piece], around }]);
    if (runBounded(() => scan.run(), wish.blockMs)) limits.given = true;
    const [found] = scan.result();
    all.matches = [...all.matches, ...found!.matches].slice(-wish.limit);
    all.total += found!.total;
    all.upTo = found!.upTo;
    all.complete &&= found!.complete;
  };
  let [before, present]: (Piece | undefined)[] = [];
  for await (const next of piecesOf(kept)) {
    limits.given ||= performance.now() >= limits.end || Atomics.load(limits.stop, 0) !== 0;
    if (limits.given) return { ...all, complete: false };
    if (present) searchBlock(present, before ? [before, next] : [next]);
    [before, present] = [present, next];
  }
  if (present && !limits.given) searchBlock(present, before ? [before] : []);
  return { ...all, complete: all.complete && !limits.given };
}

/** The history of a life in pieces, then its last screen. */
async function* piecesOf(kept: KeptHistory): AsyncGenerator<Piece> {
  for await (const lines of kept.blocks()) yield piece(lines);
  const { screen, endedAt } = kept.life;
  const end = screen.lines.findLastIndex((text) => text !== '') + 1;
  const first = kept.total + 1;
  yield piece(
    screen.lines.slice(0, end).map((text, index) => ({ line: first + index, text, at: screen.at ?? endedAt })),
    first,
  );
}

const piece = (lines: HistoryLine[], first = lines[0]!.line): Piece => ({
  source: 'archive',
  first,
  count: lines.length,
  text: () => lines.map(({ text }) => text).join('\n'),
  line: (index) => lines[index]!.text,
  at: (index) => lines[index]!.at,
});
