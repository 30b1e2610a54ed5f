import type { Size } from '../schema/agent.ts';
import type { ScreenFrame } from '../schema/screen.ts';
import { createEmulator } from './emulator/emulator.ts';
import { type Seen, Tracker } from './screen/tracker.ts';

/** A terminal without a program: what is written to it comes out as frames. */
export interface Player {
  write(text: string): void;
  resize(size: Size): void;
  /** What has changed since the last frame; undefined when nothing has. */
  frame(): ScreenFrame | undefined;
  close(): void;
}

export function createPlayer(size: Size): Player {
  const emulator = createEmulator({ size, background: 'dark', historyLines: 0, onReply() {}, onEvent() {} });
  const tracker = new Tracker('', emulator, () => ({ history: 0, pushed: 0 }));
  let seen: Seen | undefined;
  return {
    write: (text) => emulator.write(Buffer.from(text)),
    resize: (next) => emulator.resize(next),
    frame() {
      const next = tracker.frame(seen);
      seen = next?.seen ?? seen;
      return next?.frame;
    },
    close: () => emulator.dispose(),
  };
}
