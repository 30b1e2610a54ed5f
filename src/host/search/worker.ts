import { setPriority } from 'node:os';
import { readPattern } from '../../core/search/pattern.ts';
import { createScan } from '../../core/search/scan.ts';
import type { ChildMatches, HostSearch } from '../../schema/search.ts';
import { answerThread } from '../../util/answer.ts';
import { runEffort, stepwise } from './effort.ts';
import { type BlockPiece, blockPiece, linesPiece, ReadyText } from './pieces.ts';
import { practiseLater, prepareLater } from './rest.ts';
import type { ChildRequest, ChildText } from './texts.ts';

/**
 * Two steps leave it two thirds of what others get where cores are scarce. Seen on two cores with a load of 8: amid
 * catastrophic searches the slowest keys no longer wait; at 5 a search amid floods takes twice as long.
 */
const NICE = 2;

/** What the host's thread for searches is asked: the wish, and what is to be searched. */
export interface SearchRequest
  extends Pick<HostSearch, 'pattern' | 'limit' | 'before' | 'after' | 'since' | 'budgetMs' | 'prepare'> {
  children: ChildRequest[];
  /** All children that there are: what is known of others is forgotten. */
  known: string[];
  /** Its first number is set to 1 when nobody wants the answer any more. */
  stop: SharedArrayBuffer;
}

export interface SearchAnswer {
  children: ChildMatches[];
  timedOut: boolean;
}

const texts = new Map<string, ReadyText>();
const NOTHING = new ReadyText([]);

/** Pieces of a text; those of blocks that have not changed are the ones that there were, which remember what they read. */
function piecesOf({ blocks, recent, screen }: ChildText, old: readonly BlockPiece[]): BlockPiece[] {
  const known = new Map(old.map((piece) => [piece.first, piece]));
  const ring = blocks.map((block, index) => {
    const same = known.get(block.first);
    // The last one may still be written; the one before may have been the last.
    const sealed = index < blocks.length - 1 && block.first + block.count <= recent.first;
    return sealed && same?.sealed ? same : blockPiece(block, recent.first, sealed);
  });
  return [...ring, linesPiece(recent, 'ring'), ...(screen ? [linesPiece(screen, 'screen')] : [])];
}

/** From now on these are a child's pieces; none: it is no longer there. */
function keep(child: string, pieces: BlockPiece[]): void {
  const now = new Set(pieces);
  for (const piece of texts.get(child)?.pieces ?? []) if (!now.has(piece)) piece.forget();
  if (pieces.length > 0) texts.set(child, new ReadyText(pieces));
  else texts.delete(child);
}

function search(request: SearchRequest): SearchAnswer {
  const known = new Set(request.known);
  for (const child of texts.keys()) if (!known.has(child)) keep(child, []);
  const children = request.children.map(({ child, from, text }) => {
    if (text) keep(child, piecesOf(text, texts.get(child)?.pieces ?? []));
    const { pieces, columns } = texts.get(child) ?? NOTHING;
    return { child, from, pieces, columns };
  });
  if (request.prepare) {
    const pieces = children.flatMap((child) => child.pieces);
    for (const piece of pieces) piece.expect();
    prepareLater(pieces);
    practiseLater(children);
    return { children: [], timedOut: false };
  }
  const matcher = readPattern(request.pattern);
  const scan = createScan(matcher, request, children);
  const stop = new Int32Array(request.stop);
  const stopped = () => Atomics.load(stop, 0) !== 0;
  const isText = matcher.needles.some(({ whole }) => whole);
  const timedOut = runEffort(scan, { budgetMs: request.budgetMs, stopped, ...(isText && { run: stepwise }) });
  prepareLater(children.flatMap(({ pieces }) => pieces));
  return { children: scan.result(), timedOut };
}

// On Linux this is the niceness of the thread alone: who types goes first where cores are scarce.
if (process.platform === 'linux') setPriority(0, NICE);
// As text it is copied once on its way to whoever asked, and read by nobody in between.
answerThread((request: SearchRequest) => JSON.stringify(search(request)));
