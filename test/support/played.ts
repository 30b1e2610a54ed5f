import { createEmulator } from '../../src/host/emulator/emulator.ts';
import { createHistory } from '../../src/host/history/history.ts';
import { screenLines } from '../../src/host/screen/text.ts';
import type { Size } from '../../src/schema/agent.ts';

/** Output counts as settled after this time (ms), as the host has it. */
const SETTLED_MS = 150;

/** An emulator with its history in a time of its own: what is written, and when, is up to the caller. */
export function played(size: Size = { cols: 80, rows: 24 }, lines = 5000) {
  let now = 1_000_000;
  let settleAt = Number.POSITIVE_INFINITY;
  const emulator = createEmulator({
    size,
    background: 'dark',
    historyLines: lines,
    onReply: () => {},
    onEvent: () => {},
  });
  const history = createHistory(emulator.access, lines, () => now);
  /** Lets so many milliseconds pass. */
  const wait = (ms: number) => {
    const until = now + ms;
    if (settleAt <= until) {
      now = settleAt;
      settleAt = Number.POSITIVE_INFINITY;
      history.settle(now);
    }
    now = until;
  };
  const write = (text: string, piece = 4095) => {
    const bytes = Buffer.from(text);
    for (let i = 0; i < bytes.length; i += piece) {
      const part = bytes.subarray(i, i + piece);
      history.before(now, emulator.updating);
      emulator.write(part);
      history.stamp(now, part.length);
    }
    settleAt = now + SETTLED_MS;
  };
  const page = () => history.page({ from: 1, count: 1_000_000, styled: false });
  return {
    emulator,
    history,
    wait,
    write,
    page,
    resize(next: Size) {
      history.resize(now, () => emulator.resize(next));
    },
    texts: () => page().lines.map((line) => line.text.trimEnd()),
    screen: () => screenLines(emulator).filter((text) => text !== ''),
    get now() {
      return now;
    },
  };
}
export type Played = ReturnType<typeof played>;
