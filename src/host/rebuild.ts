import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RebuildHead, RebuildInput, Rebuilt } from '../schema/recording.ts';
import { createScreen } from './children/screen.ts';
import { screenAnsi, screenText } from './screen/text.ts';

/*
 * A process of its own that plays a recording through the emulator and says what history and screen it leaves: for lives
 * whose host was killed, and their rings with it. Standard input: RebuildHead, then RebuildInput, a JSON value a line.
 * Standard output: Rebuilt, then pages of HistoryLine.
 */

/** Silence after which a screen counts as settled (ms), as in a living host. */
const SETTLED_MS = 150;
/** History lines written at a time. */
const PAGE = 2000;

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  const head = JSON.parse((await lines.next()).value as string) as RebuildHead;
  const { size, historyLines } = head;
  let now = head.startedAt;
  const kind = 'pty';
  const { emulator, history, marks } = createScreen(
    { size, background: 'dark', kind, historyLines },
    { reply() {}, event() {} },
    () => now,
  );
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const [at, text, next] = JSON.parse(line.value) as RebuildInput;
    if (at - now > SETTLED_MS) history.settle(now + SETTLED_MS);
    now = at;
    if (next) history.resize(now, () => emulator.resize(next));
    else {
      const bytes = Buffer.from(text);
      history.before(now, emulator.updating);
      emulator.write(bytes);
      history.stamp(now, bytes.length);
    }
  }
  await emulator.drained();
  history.settle(now);
  const say = (value: unknown) =>
    new Promise<void>((resolve) => out.write(`${JSON.stringify(value)}\n`, () => resolve()));
  const { first, total } = history.page({ from: null, count: 1, styled: false });
  const screen = {
    ...screenText(emulator, history, true),
    ansi: screenAnsi(emulator),
    cursor: emulator.cursor,
    size: emulator.size,
    title: emulator.title,
  };
  await say({ first, total, screen, marks: marks.list(), endedAt: now } satisfies Rebuilt);
  for (let from = first; from <= total; from += PAGE) {
    await say(history.page({ from, count: PAGE, styled: true }).lines);
  }
}

const out = createWriteStream('', { fd: 1 });
out.on('error', () => process.exit(1));
await main();
process.exit(0);
