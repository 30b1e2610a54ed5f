import type { Tone } from '../theme/tones.ts';
import { clock, clockChangesIn, since, sinceChangesIn } from './numbers.ts';
import type { Row } from './span.ts';
import { SPINNER } from './states.ts';
import { barText } from './traces/bars.ts';

/** How often a spinner moves, in milliseconds: seen as motion, and cheap (a cell a move, no render). */
export const SPINNER_MS = 200;

/** What counts seconds is drawn at multiples of this, in milliseconds: late by less than the unit it shows. */
const TOGETHER_MS = 1000;

/** Cells that change with time alone. The compositor draws over them; the rows show how they stood when they were made. */
export interface Moving {
  /** Unique within its view. */
  id: string;
  /** Within the view, from 0. */
  x: number;
  y: number;
  kind: 'spinner' | 'clock' | 'since' | 'bar';
  /** Cells of a bar. */
  width?: number;
  /** `since` and bars count from here; milliseconds since the epoch. */
  from: number;
  tone: Tone;
  selected: boolean;
}

/** What a mouse click on an area does: presses this key, or picks this item of a list. */
export interface Zone {
  x: number;
  y: number;
  width: number;
  height: number;
  press?: string;
  item?: number;
}

export interface View {
  rows: Row[];
  moving: Moving[];
}

/** Cells a `since` takes, right-aligned. */
export const SINCE_WIDTH = 3;

export function movingText({ kind, from, width = 0 }: Pick<Moving, 'kind' | 'from' | 'width'>, now: number): string {
  if (kind === 'bar') return barText(now - from, width);
  if (kind === 'clock') return clock(now);
  if (kind === 'since') return since(now - from).padStart(SINCE_WIDTH);
  return SPINNER[Math.floor(now / SPINNER_MS) % SPINNER.length]!;
}

/** Milliseconds until it is drawn anew: times of all agents at the same full second, so that twenty of them wake nobody twenty times. */
export function movingChangesIn({ kind, from }: Pick<Moving, 'kind' | 'from'>, now: number): number {
  if (kind === 'clock') return clockChangesIn(now);
  if (kind === 'bar') return TOGETHER_MS - (now % TOGETHER_MS);
  if (kind === 'since') return Math.ceil((now + sinceChangesIn(now - from)) / TOGETHER_MS) * TOGETHER_MS - now;
  return SPINNER_MS - (now % SPINNER_MS);
}
