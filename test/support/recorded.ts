import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Screen } from '../../src/core/detect/types.ts';
import { type Observed, observe, observeStart, type Signal } from '../../src/core/observe.ts';
import { runtimes } from '../../src/runtimes/index.ts';

/** What was truly so: `start` while a program comes up, `running`, `waiting`, `idle`, or `ended`. */
export type Truth = 'start' | 'running' | 'waiting' | 'idle' | 'ended';

/** One thing that a recording holds, in its order; `at` in milliseconds since its start. */
type Entry = { at: number } & (
  | { rows: Record<string, string>; cursor: [number, number]; settled: boolean; outAt: number }
  | { title: string }
  | { bell: true }
  | { ended: number }
  | { truth: Truth; waitingFor?: string; note?: string }
);

/** A session of a real program: what its screen showed, when, and what was truly so. */
export interface Recorded {
  agent: string;
  version: string;
  cols: number;
  rows: number;
  events: Entry[];
}

/** A dialog of an agent's own as it stands, at several widths. */
export interface RecordedDialog {
  name: string;
  version: string;
  waitingFor: 'approval' | 'question' | 'input';
  screens: { cols: number; title: string; cursor: [number, number]; lines: string[] }[];
}

const folderOf = (name: string) => join(import.meta.dirname, '../fixtures', name);

/** The corpus that rules were made from. */
export const recordings = (): Recorded[] => read(folderOf('screens-of-agents'));
/** Recorded later, with other prompts at other widths: no rule was made from them, they only judge. */
export const heldOut = (): Recorded[] => read(folderOf('screens-held-out'));

/** The dialogs of their own that agents were seen with, most of them before a session begins. */
export const dialogs = (): (RecordedDialog & { agent: string })[] => {
  const folder = folderOf('dialogs-of-agents');
  return readdirSync(folder).flatMap((file) =>
    (JSON.parse(readFileSync(join(folder, file), 'utf8')) as RecordedDialog[]).map((one) => ({
      ...one,
      agent: basename(file, '.json'),
    })),
  );
};

const read = (folder: string): Recorded[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .sort()
    .map((name) => JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString('utf8')) as Recorded);

export interface Moment {
  at: number;
  screen: Screen;
  settled: boolean;
  truth: Truth;
  waitingFor: string | undefined;
  /** How long after the truth had changed this screen still stood, in milliseconds. */
  stood: number;
}

/** Every screen of a recording with what was true of it. */
export function moments({ events, rows }: Recorded): Moment[] {
  const out: Moment[] = [];
  const lines: string[] = Array.from({ length: rows }, () => '');
  const changes = events.flatMap((one) => ('truth' in one || 'rows' in one || 'ended' in one ? [one.at] : []));
  let title = '';
  let truth: Extract<Entry, { truth: Truth }> = { at: 0, truth: 'start' };
  for (const one of events) {
    if ('truth' in one) truth = one;
    else if ('title' in one) title = one.title;
    else if ('rows' in one) {
      for (const [y, text] of Object.entries(one.rows)) lines[Number(y)] = text;
      out.push({
        at: one.at,
        screen: { lines: [...lines], cursor: { x: one.cursor[0], y: one.cursor[1] }, title },
        settled: one.settled,
        truth: truth.truth,
        waitingFor: truth.waitingFor,
        stood: (changes.find((at) => at > one.at) ?? one.at) - truth.at,
      });
    }
  }
  return out;
}

export interface Span {
  from: number;
  to: number;
  said: string;
  detail: string;
  truth: Truth;
  waitingFor: string | undefined;
}

/** What core/observe says through a whole recording, as spans of time in which neither that nor the truth changed. */
export function judge(recorded: Recorded): Span[] {
  const spans: Span[] = [];
  const titles = runtimes.find((one) => one.id === recorded.agent)?.titles ?? [];
  const start = { runtime: recorded.agent, argv: [recorded.agent], startedAt: 0, stalledAfter: 600_000, titles };
  let seen: Observed = { memory: observeStart(start), recheckAt: null };
  let now = { said: 'unknown', detail: '', truth: 'start' as Truth, waitingFor: undefined as string | undefined };
  let from = 0;
  const turn = (at: number, next: Partial<typeof now>) => {
    if (at > from) spans.push({ from, to: at, ...now });
    from = at;
    now = { ...now, ...next };
  };
  const feed = (signal: Signal, at: number) => {
    seen = observe(seen.memory, signal, at);
    if (!seen.status) return;
    const { state, waitingFor, evidence } = seen.status;
    turn(at, { said: waitingFor ? `${state} ${waitingFor}` : state, detail: evidence.detail });
  };
  feed({ type: 'tick' }, 0);
  let bytes = 0;
  const lines: string[] = Array.from({ length: recorded.rows }, () => '');
  for (const one of recorded.events) {
    while (seen.recheckAt !== null && seen.recheckAt < one.at) feed({ type: 'tick' }, seen.recheckAt);
    if ('truth' in one) turn(one.at, { truth: one.truth, waitingFor: one.waitingFor });
    else if ('title' in one) feed({ type: 'host', event: { type: 'title', title: one.title } }, one.at);
    else if ('bell' in one) feed({ type: 'host', event: { type: 'bell' } }, one.at);
    else if ('ended' in one) break;
    else {
      for (const [y, text] of Object.entries(one.rows)) lines[Number(y)] = text;
      const cursor = { x: one.cursor[0], y: one.cursor[1], visible: true, shape: 'block' as const, blink: false };
      const pulse = { child: 'c', outputAt: one.outAt, bytes: ++bytes, lines: [...lines], cursor };
      feed({ type: 'pulse', pulse: { ...pulse, settled: one.settled, foreground: null } }, one.at);
    }
    if (now.truth === 'ended') break;
  }
  return spans;
}
