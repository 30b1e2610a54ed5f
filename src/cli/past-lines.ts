import type { DaemonClient } from '../client/daemon.ts';
import type { Lives } from '../schema/history.ts';
import { BooError } from '../util/errors.ts';
import { textWidth } from '../util/text.ts';

/** History lines asked for at a time. */
const PAGE = 5000;

/** A logical line of what an agent has printed; those still on the screen have neither number nor time. */
export interface PastLine {
  line: number | null;
  /** Milliseconds since the epoch. */
  at: number | null;
  text: string;
}

export interface Past {
  client: DaemonClient;
  /** Id. */
  agent: string;
  epoch: number;
  /** With SGR sequences and nothing else. */
  styled: boolean;
}

export type Life = Lives['lives'][number];

/** The life that a person means: the present or last one, or the one of `--life N`. */
export function chooseLife({ name, lives }: Lives, wanted: number | undefined): Life {
  const life = wanted === undefined ? lives.at(-1) : lives.find(({ epoch }) => epoch === wanted);
  if (life) return life;
  const known = lives.length === 1 ? 'it had one life' : `it had ${lives.length} lives, 1 to ${lives.length}`;
  throw new BooError('not_found', `${name} has no life ${wanted}: ${known}`);
}

/** Rows of a screen as logical lines, the first one with what of it has left the screen. */
async function screenLines({ client, agent, epoch, styled }: Past): Promise<string[]> {
  const screen = await client.call('agent.screen', { agent, ansi: styled, epoch });
  const { lines: rows, ansi, wrapped = [], size } = screen;
  const end = rows.findLastIndex((row) => row !== '') + 1;
  const lines: string[] = [];
  for (let y = 0; y < end; y++) {
    const text = ansi?.[y] ?? rows[y]!;
    if (!wrapped[y] || lines.length === 0) lines.push(text);
    else {
      // Blanks at a row's end were cut off; all but a hole before a wide character belong to the line.
      const missing = size.cols - textWidth(rows[y - 1]!);
      lines[lines.length - 1] += `${missing > 1 ? ' '.repeat(missing) : ''}${text}`;
    }
  }
  if (lines.length > 0) lines[0] = `${screen.open ?? ''}${lines[0]}`;
  return lines;
}

/** Everything that is kept of a life from number `from` on, oldest first and a page at a time: its history, then its screen. Ends with a sentence when something of it is missing. */
export async function* pastLines(past: Past, from = 1): AsyncGenerator<PastLine[], string | null> {
  const { client, agent, epoch, styled } = past;
  let notice: string | null = null;
  for (let next = from; ; ) {
    const page = await client.call('agent.history', { agent, epoch, from: next, count: PAGE, styled });
    notice = page.notice ?? null;
    const lines: PastLine[] = page.lines.map(({ line, at, text, ansi }) => ({ line, at, text: ansi ?? text }));
    if (lines.length === 0) break;
    yield lines;
    next = lines.at(-1)!.line! + 1;
  }
  const rest = (await screenLines(past)).map((text): PastLine => ({ line: null, at: null, text }));
  if (rest.length > 0) yield rest;
  return notice;
}

/** Number of the first line that left the screen at `since` or later; one more than the newest when none did. */
export async function lineSince({ client, agent, epoch }: Past, since: number): Promise<number> {
  const ask = (from: number | null) => client.call('agent.history', { agent, epoch, from, count: 1, styled: false });
  const { first, total } = await ask(null);
  let low = first;
  let high = total + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { lines } = await ask(middle);
    // Lines that were dropped meanwhile are older than all that are kept.
    if (lines[0] && lines[0].line === middle && lines[0].at >= since) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first line of the last `count`, as far as numbers tell: the screen's lines come on top. */
export async function lineOfLast({ client, agent, epoch }: Past, count: number): Promise<number> {
  const { first, total } = await client.call('agent.history', { agent, epoch, from: null, count: 1, styled: false });
  return Math.max(first, total - count + 1);
}
