import { readPattern } from '../../core/search/pattern.ts';
import { createScan } from '../../core/search/scan.ts';
import type { ChildMatches, HostSearch } from '../../schema/search.ts';
import { answerThread } from '../../util/answer.ts';
import { runBounded } from '../../util/bounded.ts';
import type { SearchBlock } from '../history/block.ts';
import { blockPiece, type Lines, linesPiece } from './pieces.ts';

/** What the host's thread for searches is asked: the wish, and what is to be searched. */
export interface SearchRequest
  extends Pick<HostSearch, 'pattern' | 'limit' | 'before' | 'after' | 'since' | 'budgetMs'> {
  children: { child: string; from: number; blocks: SearchBlock[]; recent: Lines; screen: Lines | null }[];
  /** Its first number is set to 1 when nobody wants the answer any more. */
  stop: SharedArrayBuffer;
}

export interface SearchAnswer {
  children: ChildMatches[];
  timedOut: boolean;
}

function search(request: SearchRequest): SearchAnswer {
  const children = request.children.map(({ child, from, blocks, recent, screen }) => {
    const ring = blocks.map((block) => blockPiece(block, recent.first));
    return {
      child,
      from,
      pieces: [...ring, linesPiece(recent, 'ring'), ...(screen ? [linesPiece(screen, 'screen')] : [])],
    };
  });
  const scan = createScan(readPattern(request.pattern), request, children);
  const stop = new Int32Array(request.stop);
  const timedOut = runBounded(() => scan.run(() => Atomics.load(stop, 0) !== 0), request.budgetMs);
  return { children: scan.result(), timedOut };
}

answerThread(search);
