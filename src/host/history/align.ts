import { grownFrom, keyLength, keyOf, maskOf } from './change.ts';
import { BLANK, type Look, type Sight } from './sight.ts';

/** Gone lines between two that stayed, of which one may be the beginning of what stands there now. */
const MAX_GROWING = 3;
/** Lines of one look that count by themselves, each alone of its kind. More: a page that was turned, or a table. */
const MAX_COUNTERS = 4;

/** What a gone line has become. `turned`: it looks like a counter, but so many changed that it may be another page. */
export interface Change {
  kind: 'counter' | 'turned' | 'grown';
  into: Sight;
  /** Mask and number in front, by which it is told from others of its kind. */
  name: string | undefined;
}

/** The name that a line has if it is one of a table: a process with its id. */
export const nameOf = (text: string) => `${maskOf(text)}\n${keyOf(text, 1)}`;

/** The text however it is indented. */
const words = (text: string) => text.replace(/[|\s]+/g, ' ').trim();

/** For lines that are gone: which of those that arrived are the same line a moment later. All have their text. */
export function findChanges(before: Sight[], { lines, gone, arrived }: Look): Map<Sight, Change> {
  const changes = new Map<Sight, Change>();
  const free = new Set(arrived);
  const gapOf = gaps(before, lines);
  const take = (one: Sight, kind: Change['kind'], into: Sight, name?: string) => {
    // A line that is only indented otherwise counts nothing.
    const isSame = name !== undefined && words(one.text!) === words(into.text!);
    changes.set(one, { kind, into, name: isSame ? undefined : name });
    free.delete(into);
  };
  const old = byMask(before);
  const fresh = byMask(arrived);
  const alone: [Sight, Sight][] = [];
  for (const one of gone) {
    if (one.text === undefined) continue;
    const mask = maskOfSight(one);
    const like = (fresh.get(mask) ?? []).filter((other) => free.has(other));
    if (like.length === 0) continue;
    const peers = old.get(mask) ?? [];
    const length = keyLength(peers.map((peer) => peer.text!));
    const key = keyOf(one.text, length);
    const same = peers.length > 1 ? like.find((other) => keyOf(other.text!, length) === key) : undefined;
    if (same) take(one, 'counter', same, length === 1 ? `${mask}\n${key}` : undefined);
    else if (peers.length === 1 && like.length === 1) {
      const name = nameOf(one.text);
      if (/\d/.test(mask) && name === nameOf(like[0]!.text!)) take(one, 'counter', like[0]!, name);
      else if (gapOf.get(one) === gapOf.get(like[0]!)) alone.push([one, like[0]!]);
    }
  }
  for (const [one, into] of alone) take(one, alone.length > MAX_COUNTERS ? 'turned' : 'counter', into);
  growing(gone, changes, free, gapOf, take);
  return changes;
}

function growing(
  gone: Sight[],
  changes: Map<Sight, Change>,
  free: Set<Sight>,
  gapOf: Map<Sight, number>,
  take: (one: Sight, kind: 'grown', into: Sight) => void,
): void {
  const left = Map.groupBy(
    gone.filter((one) => one.text !== undefined && !changes.has(one)),
    (one) => gapOf.get(one)!,
  );
  for (const [gap, ones] of left) {
    if (ones.length > MAX_GROWING) continue;
    for (const one of ones) {
      const mask = maskOfSight(one);
      for (const other of free) {
        // Of one mask and yet no counter: another line of the same kind.
        if (gapOf.get(other) !== gap || maskOfSight(other) === mask || !grownFrom(one.text!, other.text!)) continue;
        take(one, 'grown', other);
        break;
      }
    }
  }
}

function byMask(sights: Sight[]): Map<string, Sight[]> {
  return Map.groupBy(
    sights.filter((one) => one !== BLANK && one.text !== undefined),
    maskOfSight,
  );
}

/** Most lines stay where they are from look to look, and a text that was read stays what it is. */
function maskOfSight(one: Sight): string {
  one.mask ??= maskOf(one.text!);
  return one.mask;
}

/**
 * Numbers the gaps between the lines that stayed in order (the longest run of them), and gives the gap of each line that
 * is in one, of those before and those now.
 */
function gaps(before: Sight[], lines: Sight[]): Map<Sight, number> {
  const at = new Map(lines.map((line, index) => [line, index]));
  const stayed = before.filter((one) => one !== BLANK && at.has(one));
  const anchors = new Set(longestRising(stayed, (one) => at.get(one)!));
  const gapOf = new Map<Sight, number>();
  for (const side of [before, lines]) {
    let gap = 0;
    for (const one of side) {
      if (anchors.has(one)) gap++;
      else if (one !== BLANK) gapOf.set(one, gap);
    }
  }
  return gapOf;
}

/** Longest subsequence in which `value` rises (patience sorting). */
export function longestRising<T>(items: T[], value: (item: T) => number): T[] {
  const tops: number[] = [];
  const previous = new Array<number>(items.length);
  const values = items.map(value);
  for (let i = 0; i < items.length; i++) {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tops[middle]!]! < values[i]!) low = middle + 1;
      else high = middle;
    }
    previous[i] = low > 0 ? tops[low - 1]! : -1;
    tops[low] = i;
  }
  const out: T[] = [];
  for (let i = tops.at(-1) ?? -1; i >= 0; i = previous[i]!) out.unshift(items[i]!);
  return out;
}
