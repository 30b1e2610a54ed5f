import type { DaemonClient } from '../../client/daemon.ts';
import type { Trace } from '../../schema/trace.ts';
import { VERSION } from '../../util/version.ts';
import { traceJson } from './json.ts';
import { envelope, toolSpan, turnSpan } from './otlp.ts';

/** Traces asked for at once. */
const PAGE = 1000;

/** Which traces (schema/trace, `traces.list`). */
export interface Wish {
  agent: string | null;
  since: number | null;
  filter: string;
  errors: boolean;
}

export interface Counts {
  written: number;
  /** Calls and turns that run, of which there is no span yet. */
  running: number;
}

/** All that fit, oldest first, a page at a time. */
async function* pages(client: DaemonClient, wish: Wish): AsyncGenerator<Trace[]> {
  let after: string | null = null;
  do {
    const page: { traces: Trace[]; next: string | null } = await client.call('traces.list', {
      ...wish,
      after,
      limit: PAGE,
    });
    yield page.traces;
    after = page.next;
  } while (after !== null);
}

/** One trace a line, with its whole input and output. */
export async function* jsonl(client: DaemonClient, wish: Wish, counts: Counts): AsyncGenerator<string> {
  for await (const page of pages(client, wish)) {
    for (const trace of page) {
      const whole = trace.cut ? (await client.call('traces.get', { id: trace.id })).trace : trace;
      counts.written += 1;
      yield `${JSON.stringify(traceJson(whole))}\n`;
    }
  }
}

/** Spans of tool calls and of the turns that they, or (where nothing is filtered) since then any, belong to. */
export async function* otlp(client: DaemonClient, wish: Wish, counts: Counts): AsyncGenerator<string> {
  const { head, foot } = envelope(VERSION);
  const wanted = new Set<string>();
  const keyOf = ({ agent, turn }: { agent: string; turn: number }) => `${agent} ${turn}`;
  const told = (span: object | null): string => {
    if (!span) counts.running += 1;
    else counts.written += 1;
    return span ? `${counts.written > 1 ? ',\n' : ''}${JSON.stringify(span)}` : '';
  };
  yield head;
  for await (const page of pages(client, wish)) {
    for (const trace of page) {
      wanted.add(keyOf(trace));
      yield told(toolSpan(trace));
    }
  }
  const { turns } = await client.call('timeline.get', { agent: wish.agent });
  const all = wish.filter.trim() === '' && !wish.errors;
  for (const turn of turns) {
    if (wanted.has(keyOf(turn)) || (all && turn.startedAt >= (wish.since ?? 0))) yield told(turnSpan(turn));
  }
  yield foot;
}
