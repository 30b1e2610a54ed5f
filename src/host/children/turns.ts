/** How long (ms) floods wait for the answer to a key: far more than a program needs that answers at all. */
const HOLD_MS = 8;
/** What the program has answered is then sent and painted: for so long (ms) the processors are the viewer's and the terminal's. */
const PAINT_MS = 1;
/** After a hold floods run for this many times its length before the next one: keys without end never starve them. */
const REST = 3;
/**
 * Pieces of one flood that are read in a turn while nobody types, and the time (ms) after which no more are: the rows that they
 * are written to are in the processor's cache then. With 32 floods each piece found them gone, at twice the cost.
 */
const PIECES = 8;
const TURN_MS = 1;
/** So long (ms) after a key the next one is likely, and is not to wait for more than one piece. */
const TYPING_MS = 2000;
/**
 * Pause (ms) after each piece while somebody types: 4 MB a second are still read. Without it programs that flood are always ready to
 * run, and on few cores every process between a key and its echo waits behind them (the worst of a hundred keys by 10 ms).
 */
const BREATH_MS = 1;

/** A program on a terminal. Floods when it prints faster than it is read. */
export interface Source {
  /** Takes in one piece of what is there. False: nothing is there at the moment, or nothing will come any more. */
  read(): boolean;
}

/** Who is read when: a few pieces of one flood, then keys and clients and all who print little, then a few of the next flood. */
export interface Turns {
  /** From now on it is read here, until it has nothing. */
  flood(source: Source): void;
  /** A key goes to it: floods wait until it has answered, and that can have been painted. */
  typed(typist: Source): void;
  /** It has printed something, which has been taken in. */
  printed(source: Source): void;
  remove(source: Source): void;
}

interface Plan {
  cancel(): void;
}

/** In the next turn of the loop, or after a breath. */
function plan(turn: () => void, breathes: boolean): Plan {
  if (breathes) {
    const timer = setTimeout(turn, BREATH_MS);
    return { cancel: () => clearTimeout(timer) };
  }
  const immediate = setImmediate(turn);
  return { cancel: () => clearImmediate(immediate) };
}

/**
 * Node reads every terminal that has output once in each turn of its loop, so that with eight floods a key, and then its
 * echo, wait for eight pieces to be parsed each. Floods are read here instead, one in a turn, and while somebody types one piece.
 */
export function createTurns(): Turns {
  const floods: Source[] = [];
  let typist: Source | undefined;
  let answered = false;
  let next: Plan | undefined;
  let timer: NodeJS.Timeout | undefined;
  let heldAt = 0;
  let restedAt = 0;
  let typedAt = Number.NEGATIVE_INFINITY;
  const isTyping = (now: number) => now - typedAt < TYPING_MS;
  const readPieces = (source: Source) => {
    const begun = performance.now();
    const most = isTyping(begun) ? 1 : PIECES;
    for (let n = 1; source.read(); n++) if (n >= most || performance.now() - begun > TURN_MS) return true;
    return false;
  };
  const turn = () => {
    next = undefined;
    const source = floods.shift();
    if (source && readPieces(source)) floods.push(source);
    go();
  };
  const go = () => {
    if (floods.length > 0 && typist === undefined) next ??= plan(turn, isTyping(performance.now()));
  };
  const release = () => {
    clearTimeout(timer);
    typist = undefined;
    const now = performance.now();
    restedAt = now + (now - heldAt) * REST;
    go();
  };
  return {
    flood(source) {
      floods.push(source);
      go();
    },
    typed(source) {
      const now = performance.now();
      typedAt = now;
      // One that floods is read in turn: what it prints next is no answer.
      if (floods.length === 0 || floods.includes(source) || typist !== undefined || now < restedAt) return;
      typist = source;
      answered = false;
      heldAt = now;
      next?.cancel();
      next = undefined;
      timer = setTimeout(release, HOLD_MS);
    },
    printed(source) {
      if (source !== typist || answered) return;
      answered = true;
      clearTimeout(timer);
      timer = setTimeout(release, PAINT_MS);
    },
    remove(source) {
      const index = floods.indexOf(source);
      if (index >= 0) floods.splice(index, 1);
      if (source === typist) release();
    },
  };
}
