import { readPattern } from '../../core/search/pattern.ts';
import { createScan, type ScanChild } from '../../core/search/scan.ts';
import type { BlockPiece } from './pieces.ts';

/** Between two searches the thread does other things for so long (ms) at a time: whoever asks meanwhile comes first. */
const SLICE_MS = 1;
/** Searches of each kind after which the machine code for them is there. The first one takes five times as long as the tenth. */
const PRACTICE = 6;
const WISH = { limit: 50, before: 0, after: 0, since: null };
/** Words in a row: they are found, and seldom, as what people look for. */
const WORDS = /[a-z][a-z ]{6,16}[a-z]/;

const due = new Set<BlockPiece>();
let practice: Generator<void> | undefined;
let isUnderWay = false;
let hasPractised = false;

/** Gets ready for the next searches as soon as there is nothing else to do: who types a pattern asks again with each letter. */
export function prepareLater(pieces: readonly BlockPiece[]): void {
  for (const piece of pieces) if (piece.isDue) due.add(piece);
  wake();
}

/** Searches for what nobody asked, once what is searched is made ready: then the first one who asks waits no longer than others. */
export function practiseLater(children: ScanChild[]): void {
  if (hasPractised) return;
  hasPractised = true;
  practice = practise(children);
  wake();
}

function wake(): void {
  if (isUnderWay || (due.size === 0 && !practice)) return;
  isUnderWay = true;
  setImmediate(slice);
}

function slice(): void {
  const end = performance.now() + SLICE_MS;
  isUnderWay = false;
  const goesOn = () => performance.now() < end;
  for (const piece of due) {
    due.delete(piece);
    piece.prepare();
    if (!goesOn()) break;
  }
  while (practice && due.size === 0 && goesOn()) if (practice.next().done) practice = undefined;
  wake();
}

function* practise(children: ScanChild[]): Generator<void> {
  const words = wordsIn(children);
  if (words === undefined) return;
  for (let round = 0; round < PRACTICE; round++) {
    for (const text of [words, `\\b${words}|${words}\\s\\d`]) {
      const scan = createScan(readPattern({ text, fixed: false, case: 'smart' }), WISH, children);
      const end = () => performance.now() + SLICE_MS;
      for (let until = end(), isDone = false; !isDone; until = end()) {
        isDone = true;
        scan.run(() => {
          isDone = performance.now() < until;
          return !isDone;
        });
        yield;
      }
      scan.result();
    }
  }
}

/** Of the newest lines that have one. */
function wordsIn(children: ScanChild[]): string | undefined {
  for (const { pieces } of children) {
    for (const piece of pieces.toReversed()) {
      const words = WORDS.exec(piece.text());
      if (words) return words[0];
    }
  }
  return undefined;
}
