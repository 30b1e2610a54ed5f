import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Call, TurnEntry } from '../../core/traces/entry.ts';
import { Ledger } from '../../core/traces/ledger.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { readOn } from '../../storage/record-reading.ts';
import { projectPaths } from '../../util/paths.ts';
import type { Store } from '../store.ts';

/** What a ledger is made of; a line of another kind (most of them) is not even parsed. */
const TYPES = [
  'turnStarted',
  'turnEnded',
  'toolStarted',
  'toolFinished',
  'used',
  'asked',
  'answered',
  'configured',
  'paused',
  'checkBegan',
  'checkEnded',
  'created',
  'restarted',
  'exited',
  'hostLost',
  'startFailed',
  'removed',
] as const satisfies AgentEvent['type'][];
const WANTED = new RegExp(`"type":"(?:${TYPES.join('|')})"`);
const KINDS: ReadonlySet<string> = new Set(TYPES);

/** Has this event a part in traces, turns or totals? */
export const isTraced = ({ type }: AgentEvent): boolean => KINDS.has(type);

interface Kept {
  ledger: Ledger;
  /** Where the next line of its record begins, in bytes. */
  place: number;
  /** Its record has grown since it was read last. */
  stale: boolean;
  reading: Promise<void> | null;
}

/**
 * Ledgers of all agents of a project, ended and removed ones too: read from their records when somebody asks, and from then on only
 * what was added. Nothing but numbers and short texts is kept; the rest stays in the records.
 */
export class TraceIndex {
  readonly #root: string;
  readonly #store: Store;
  readonly #kept = new Map<string, Kept>();
  readonly #undo: () => void;

  constructor({ root, store }: { root: string; store: Store }) {
    this.#root = root;
    this.#store = store;
    this.#undo = store.onEvent((id, event) => {
      const kept = this.#kept.get(id);
      if (kept && isTraced(event)) kept.stale = true;
    });
  }

  /** Ids of all agents that have a record, oldest first. */
  ids(): string[] {
    return Object.keys(this.#store.reach()).sort();
  }

  /** The ledger of an agent as its record stands now; an agent without a record has an empty one. */
  async of(id: string): Promise<Ledger> {
    const kept = this.#kept.get(id) ?? this.#begin(id);
    kept.reading ??= this.#read(id, kept).finally(() => {
      kept.reading = null;
    });
    await kept.reading;
    return kept.ledger;
  }

  async all(): Promise<Ledger[]> {
    const ledgers: Ledger[] = [];
    for (const id of this.ids()) ledgers.push(await this.of(id));
    return ledgers;
  }

  /** Those of agents whose records were written to since then (milliseconds since the epoch). */
  async writtenSince(at: number): Promise<Ledger[]> {
    const ledgers: Ledger[] = [];
    for (const id of this.ids()) {
      const path = this.#path(id);
      const written = path && (await stat(path).catch(() => null));
      if (written && written.mtimeMs >= at) ledgers.push(await this.of(id));
    }
    return ledgers;
  }

  /** Name of the file that holds an agent's record, in the sessions folder. */
  fileOf(id: string): string | undefined {
    return this.#store.reach()[id]?.file;
  }

  close(): void {
    this.#undo();
  }

  #path(id: string): string | undefined {
    const file = this.fileOf(id);
    return file && join(projectPaths(this.#root).sessions, file);
  }

  #begin(id: string): Kept {
    const kept: Kept = { ledger: new Ledger({ id, name: id }), place: 0, stale: true, reading: null };
    this.#kept.set(id, kept);
    return kept;
  }

  async #read(id: string, kept: Kept): Promise<void> {
    while (kept.stale) {
      kept.stale = false;
      const file = this.fileOf(id);
      if (!file) return;
      await this.#restartIfShorter(id, kept);
      const record = { root: this.#root, file, from: kept.place, wanted: (text: string) => WANTED.test(text) };
      for await (const { lines, end } of readOn(record)) {
        for (const { line, place } of lines) kept.ledger.take(line, place);
        kept.place = end;
        await breathe();
      }
      // It was renamed before it could be opened: its name tells its state.
      if (this.fileOf(id) !== file) kept.stale = true;
    }
  }

  /** A record that somebody deleted was begun again. */
  async #restartIfShorter(id: string, kept: Kept): Promise<void> {
    const path = this.#path(id);
    const now = path && (await stat(path).catch(() => null));
    if (!now || now.size >= kept.place) return;
    kept.ledger = new Ledger(kept.ledger.owner);
    kept.place = 0;
  }
}

/** Where a call stands in the record that it was begun in: calls are in the order of `seq`. */
export function callAt(ledger: Ledger, seq: number): Call | undefined {
  let low = 0;
  let high = ledger.calls.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ledger.calls[middle]!.seq < seq) low = middle + 1;
    else high = middle;
  }
  const call = ledger.calls[low];
  return call?.seq === seq ? call : undefined;
}

export const turnOf = (ledger: Ledger, { turn }: Pick<Call, 'turn'>): TurnEntry | undefined =>
  ledger.turns.findLast((one) => one.turn === turn);
