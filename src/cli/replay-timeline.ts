import type { Size } from '../schema/agent.ts';
import { type CastEvent, castSize } from '../schema/recording.ts';

/** Something that happens at a place in the film; `at` in seconds from its beginning. */
export interface Shot {
  at: number;
  /** Output, or a new size. */
  text: string | null;
  size: Size | null;
}

export interface Timeline {
  shots: Shot[];
  /** Seconds. */
  length: number;
}

/** Adds the events behind what there is; pauses longer than `idleLimit` seconds (null: none) are cut to it. */
export function extend({ shots, length }: Timeline, events: readonly CastEvent[], idleLimit: number | null): Timeline {
  let at = length;
  for (const { after, code, data } of events) {
    at += idleLimit === null ? after : Math.min(after, idleLimit);
    const size = code === 'r' ? (castSize(data) ?? null) : null;
    if (code === 'o' || size) shots.push({ at, text: code === 'o' ? data : null, size });
  }
  return { shots, length: at };
}

/** What a person does at a replay. */
export type Wish =
  | { do: 'pause' | 'step' | 'leave' | 'begin' | 'end' }
  | { do: 'seek'; by: number }
  | { do: 'speed'; by: number };

const SEEK_S = 5;
const FAR_S = 60;

/** By tmux's names of keys. */
const WISHES: Record<string, Wish> = {
  Space: { do: 'pause' },
  '.': { do: 'step' },
  Right: { do: 'seek', by: SEEK_S },
  Left: { do: 'seek', by: -SEEK_S },
  Up: { do: 'seek', by: FAR_S },
  Down: { do: 'seek', by: -FAR_S },
  Home: { do: 'begin' },
  End: { do: 'end' },
  '+': { do: 'speed', by: 2 },
  '=': { do: 'speed', by: 2 },
  '-': { do: 'speed', by: 0.5 },
  q: { do: 'leave' },
  'C-c': { do: 'leave' },
  Escape: { do: 'leave' },
};
export const wishOf = (key: string): Wish | null => WISHES[key] ?? null;

export interface Playing {
  /** Seconds of the film at the time `since`. */
  position: number;
  /** Milliseconds of a clock that only goes forward. */
  since: number;
  paused: boolean;
  /** Seconds of film in a second. */
  speed: number;
}

export const SLOWEST = 0.125;
export const FASTEST = 64;

/** Where the film stands now, at most at its end. */
export const positionAt = ({ position, since, paused, speed }: Playing, now: number, length: number): number =>
  Math.min(length, paused ? position : position + ((now - since) / 1000) * speed);

/** The film after a wish other than leaving. */
export function obey(playing: Playing, wish: Wish, now: number, { shots, length }: Timeline): Playing {
  const position = positionAt(playing, now, length);
  const next = { ...playing, position, since: now };
  switch (wish.do) {
    case 'pause':
      // From the end it begins again.
      return position >= length ? { ...next, position: 0, paused: false } : { ...next, paused: !playing.paused };
    case 'step':
      return { ...next, paused: true, position: shots.find(({ at }) => at > position)?.at ?? length };
    case 'seek':
      return { ...next, position: Math.min(length, Math.max(0, position + wish.by)) };
    case 'begin':
      return { ...next, position: 0 };
    case 'end':
      return { ...next, position: length };
    case 'speed':
      return { ...next, speed: Math.min(FASTEST, Math.max(SLOWEST, playing.speed * wish.by)) };
    case 'leave':
      return next;
  }
}

/** `1:02:03`, `2:03`. */
export function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
