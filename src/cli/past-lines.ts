import type { DaemonClient } from '../client/daemon.ts';
import { screenLines } from '../core/screen-lines.ts';
import type { Lives } from '../schema/history.ts';
import { BooError } from '../util/errors.ts';

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
  /** When the life ended; null: it goes on, or that is not known. */
  endedAt?: number | null;
  /** Lines that were printed before are left out, in milliseconds since the epoch. The screen's are of when something was last printed on it. */
  since?: number | undefined;
}

export type Life = Lives['lives'][number];

/** The life that a person means: the present or last one, or the one of `--life N`. */
export function chooseLife({ name, lives }: Lives, wanted: number | undefined): Life {
  const life = wanted === undefined ? lives.at(-1) : lives.find(({ epoch }) => epoch === wanted);
  if (life) return life;
  const known = lives.length === 1 ? 'it had one life' : `it had ${lives.length} lives, 1 to ${lives.length}`;
  throw new BooError('not_found', `${name} has no life ${wanted}: ${known}`);
}

/** Everything that is kept of a life from number `from` on, oldest first and a page at a time: its history, then its screen. Ends with a sentence when something of it is missing. */
export async function* pastLines(past: Past, from = 1): AsyncGenerator<PastLine[], string | null> {
  const { client, agent, epoch, styled, endedAt, since } = past;
  let notice: string | null = null;
  for (let next = from; ; ) {
    const page = await client.call('agent.history', { agent, epoch, from: next, count: PAGE, styled });
    notice = page.notice ?? null;
    const lines: PastLine[] = page.lines.map(({ line, at, text, ansi }) => ({ line, at, text: ansi ?? text }));
    if (lines.length === 0) break;
    yield lines;
    next = lines.at(-1)!.line! + 1;
  }
  const screen = await client.call('agent.screen', { agent, ansi: styled, epoch });
  if (since !== undefined && (screen.at ?? endedAt ?? Date.now()) < since) return notice;
  const end = screen.lines.findLastIndex((row) => row !== '') + 1;
  const rest = screenLines(screen, end).map((one): PastLine => ({ line: null, at: null, text: one.styled }));
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
