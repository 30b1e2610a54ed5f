import type { Item } from '../../../core/talk/items.ts';
import type { Fold, TalkUi } from '../../store/talk.ts';
import { laidItem } from './laid.ts';

/** One item in sight or above and below it, in the order in which they stand. */
export interface Entry {
  item: Item;
  /** 0: of the conversation itself, else of a subagent. */
  depth: number;
  /** A blank row stands before it. */
  gap: boolean;
  fold: Fold;
  /** As Look has it. */
  root: string;
}

/** Cells before an entry's own: the mark of where one stands, and a bar for each subagent it belongs to. */
export const GUTTER = 2;
const BAR = 2;
const DEEPEST = 4;

export const indentOf = ({ depth }: Pick<Entry, 'depth'>): number => GUTTER + BAR * Math.min(depth, DEEPEST);

/** What was allowed stands in the call itself: with everything else an answered request stays folded. */
export function foldOf({ folds, fold }: Pick<TalkUi, 'folds' | 'fold'>, item: Item): Fold {
  if (Object.hasOwn(folds, item.key)) return folds[item.key]!;
  return item.kind === 'approval' && item.by !== null ? 'shut' : fold;
}

/** Everything in order; what a subagent did only where its tool is unfolded. */
export function entriesOf(items: readonly Item[], how: Pick<TalkUi, 'folds' | 'fold'>, root = ''): Entry[] {
  const out: Entry[] = [];
  const walk = (list: readonly Item[], depth: number) => {
    for (const item of list) {
      const fold = foldOf(how, item);
      out.push({ item, depth, gap: isApart(out.at(-1)?.item, item), fold, root });
      if (item.kind === 'tool' && fold !== 'shut') walk(item.children, depth + 1);
    }
  };
  walk(items, 0);
  return out;
}

const LOOSE: ReadonlySet<Item['kind']> = new Set(['prompt', 'said', 'plan']);

/** What is read as text stands apart; calls that follow each other stand together. */
const isApart = (before: Item | undefined, { kind }: Item): boolean =>
  before !== undefined && (LOOSE.has(kind) || LOOSE.has(before.kind) || before.kind === 'end');

export const laidEntry = (entry: Entry, width: number) =>
  laidItem(entry.item, { width: Math.max(8, width - indentOf(entry) - 1), open: entry.fold, root: entry.root });

export const heightOf = (entry: Entry, width: number): number =>
  Math.max(1, laidEntry(entry, width).rows.length) + Number(entry.gap);
