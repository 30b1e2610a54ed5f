import { encodeScreenFrame } from '../../schema/frame.ts';
import type { Seen, Tracker } from './tracker.ts';

/** Frames that may be on their way to one viewer; a slow one skips states instead of lagging behind. */
const MAX_UNSEEN = 8;
/** Every so many of them one asks to be acknowledged: each answer wakes both processes, which costs 0.15 ms. */
const ASK_EVERY = 4;
/** Output that follows a viewer's key within this time (ms) is taken for its echo and sent at once. */
const ECHO_MS = 100;
/** Pause before the first frame after silence (ms), where a piece was so large (bytes) that it may be the first of several. */
const SETTLE_MS = 2;
const PIECE_BYTES = 1024;
/** How long (ms) a synchronized update may hold frames back, in case the program never ends it. */
const MAX_UPDATE_MS = 150;

export interface ViewerOptions {
  tracker: Tracker;
  maxFps: number;
  /** In the middle of a synchronized update. */
  updating(): boolean;
  send(payload: Buffer): void;
}

/** Sends one child's screen to one connection: newest state only, at most `maxFps` a second, echo at once, no timer while nothing changes. */
export class Viewer {
  readonly #options: ViewerOptions;
  #had: Seen | undefined;
  #unseen: number[] = [];
  #dirty = true;
  #timer: NodeJS.Timeout | undefined;
  #interval: number;
  #sentAt = Number.NEGATIVE_INFINITY;
  #typedAt = Number.NEGATIVE_INFINITY;
  #updatingSince: number | undefined;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#interval = 1000 / options.maxFps;
    this.#arm(0);
  }

  /** The screen may have changed, by so many bytes of output. */
  changed(bytes: number): void {
    this.#dirty = true;
    if (this.#unseen.length >= MAX_UNSEEN) return;
    const now = performance.now();
    const wasUpdating = this.#updatingSince !== undefined;
    const updating = this.#updating(now);
    const wait = this.#sentAt + this.#interval - now;
    const whole = bytes < PIECE_BYTES && wait <= 0;
    if (!updating && (whole || now - this.#typedAt < ECHO_MS)) {
      this.#flush();
      return;
    }
    if (!updating && wasUpdating) this.#disarm();
    if (!this.#timer) this.#arm(updating ? MAX_UPDATE_MS : Math.max(SETTLE_MS, wait));
  }

  /** This viewer typed something. */
  typed(): void {
    this.#typedAt = performance.now();
  }

  /** It has drawn everything up to this version. */
  seen(version: number): void {
    this.#unseen = this.#unseen.filter((sent) => sent > version);
    if (this.#dirty) this.changed(PIECE_BYTES);
  }

  setRate(maxFps: number): void {
    this.#interval = 1000 / maxFps;
  }

  close(): void {
    this.#disarm();
  }

  #flush(): void {
    this.#disarm();
    if (!this.#dirty || this.#unseen.length >= MAX_UNSEEN) return;
    const now = performance.now();
    if (this.#updating(now)) {
      this.#arm(MAX_UPDATE_MS);
      return;
    }
    this.#dirty = false;
    const next = this.#options.tracker.frame(this.#had);
    if (!next) return;
    this.#had = next.seen;
    this.#unseen.push(next.seen.version);
    next.frame.header.acknowledge = this.#unseen.length >= ASK_EVERY;
    this.#sentAt = now;
    this.#options.send(encodeScreenFrame(next.frame));
  }

  #updating(now: number): boolean {
    if (this.#options.updating()) this.#updatingSince ??= now;
    else this.#updatingSince = undefined;
    return this.#updatingSince !== undefined && now - this.#updatingSince < MAX_UPDATE_MS;
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => this.#flush(), ms);
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
