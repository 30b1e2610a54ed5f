import { setImmediate as turn } from 'node:timers/promises';
import type { HostSearch } from '../../schema/search.ts';
import type { Child } from '../children/child.ts';
import type { SearchBlock } from '../history/block.ts';
import type { Lines } from './pieces.ts';
import { screenOf } from './screen.ts';

/** All that a child has printed, as the thread is told it. */
export interface ChildText {
  /** Sealed blocks and at last the one that is written; lines from `recent.first` on are not taken from them. */
  blocks: SearchBlock[];
  recent: Lines;
  screen: Lines | null;
}

export interface ChildRequest {
  child: string;
  from: number;
  /** Null: the thread has it, nothing has changed since. */
  text: ChildText | null;
}

interface State {
  bytes: number;
  cols: number;
  rows: number;
  newest: number;
  pushed: number;
  size: number;
}

/** State of a child when a thread was told its text. */
interface Told extends State {
  thread: number;
  withScreen: boolean;
}

/** What the thread knows of each child. Who types a search asks many times about children that print nothing meanwhile. */
export class Texts {
  readonly #children: ReadonlyMap<string, Child>;
  /** By child: what the thread was told. */
  readonly #told = new Map<string, Told>();

  constructor(children: ReadonlyMap<string, Child>) {
    this.#children = children;
  }

  /** What is to be searched; `thread` is the one that will. */
  async gather(wanted: HostSearch['children'], withScreen: boolean, thread: number): Promise<ChildRequest[]> {
    for (const id of this.#told.keys()) if (!this.#children.has(id)) this.#told.delete(id);
    const found: ChildRequest[] = [];
    for (const { child: id, from } of wanted) {
      const child = this.#children.get(id);
      if (!child) continue;
      const told = this.#told.get(id);
      if (told?.thread === thread && told.withScreen === withScreen && isAsItWas(child, told)) {
        found.push({ child: id, from, text: null });
        continue;
      }
      this.#told.set(id, { thread, withScreen, ...stateOf(child) });
      found.push({ child: id, from, text: textOf(child, withScreen) });
      // Keys that came meanwhile go first.
      await turn();
    }
    return found;
  }
}

/** Changes whenever the text does. */
function stateOf(child: Child): State {
  const { emulator, history } = child;
  const { cols, rows } = emulator.size;
  const { newest, pushed, size } = history;
  return { bytes: child.bytes, cols, rows, newest, pushed, size };
}

/** Asked of each child with each search: no text is made for it. */
function isAsItWas(child: Child, was: State): boolean {
  const { emulator, history } = child;
  const { cols, rows } = emulator.size;
  return (
    child.bytes === was.bytes &&
    cols === was.cols &&
    rows === was.rows &&
    history.newest === was.newest &&
    history.pushed === was.pushed &&
    history.size === was.size
  );
}

function textOf(child: Child, withScreen: boolean): ChildText {
  const { blocks, recent, recentFrom, total } = child.history.searchable();
  const screen = withScreen ? screenOf(child, total) : null;
  // A line that goes on upon the screen is found there, whole.
  const first = Math.min(recentFrom, total + 1);
  const lines = recent.slice(0, total + 1 - first);
  return {
    blocks,
    recent: { first, texts: lines.map(({ text }) => text), at: lines.map(({ at }) => at) },
    screen,
  };
}
