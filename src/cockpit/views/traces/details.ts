import { known } from '../../../core/traces/words.ts';
import type { Trace } from '../../../schema/trace.ts';
import { exactTime, grouped, plural } from '../numbers.ts';
import { clean, cut, fitRow, line, type Row, wrap } from '../span.ts';
import { costText, tookText } from './bars.ts';

/** Lines of input and of output that are seen in the list. */
const MOST = 10;
/** Characters that are folded into rows at all; a million of them are for a file. */
const READABLE = 200_000;
const INDENT = '    ';

/** Arguments as a person reads them: one a line, texts as they are. */
export function inputLines(input: string): string[] {
  try {
    const value: unknown = JSON.parse(input);
    if (value === null || typeof value !== 'object') return textLines(String(value));
    return Object.entries(value).flatMap(([key, one]) => {
      const [first = '', ...rest] = textLines(typeof one === 'string' ? one : JSON.stringify(one));
      return [`${clean(key)}: ${first}`, ...rest.map((text) => `  ${text}`)];
    });
  } catch {
    return textLines(input);
  }
}

const textLines = (text: string): string[] => text.slice(0, READABLE).replace(/\n+$/, '').split(/\r?\n/).map(clean);

/** What is below an open trace: facts, input, output, each capped. */
export function detailRows(trace: Trace, isWhole: boolean, width: number, more: string): Row[] {
  const inner = Math.max(1, width - INDENT.length);
  const section = (name: string, lines: string[]): Row[] => {
    const shown = lines.slice(0, MOST).map((text) => line(`${INDENT}${cut(text, inner)}`));
    const left = lines.length - shown.length;
    const rest: Row[] = left > 0 ? [line(`${INDENT}… ${plural(left, 'more line')}: ${more} shows all`, 'dim')] : [];
    return [line(`  ${name}`, 'dim'), ...shown, ...rest];
  };
  const output = trace.outcome === null ? ['it runs'] : isWhole ? textLines(trace.output) : ['…'];
  return [
    ...factLines(trace).map((text) => line(`  ${text}`, 'dim')),
    ...(trace.error ? [line(`  ${clean(trace.error)}`, 'bad')] : []),
    ...section('input', inputLines(trace.input)),
    ...section('output', output),
  ].map((row) => fitRow(row, width));
}

/** Every number in full, with how it is known. */
export function factLines(trace: Trace): string[] {
  const { startedAt, latencyMs, provenance, tokens, cost, model, turn, name, id } = trace;
  const took =
    latencyMs === null ? 'runs' : `took ${tookText(latencyMs, provenance.latency, true)} (${provenance.latency})`;
  const waits = trace.waitingSince === null ? [] : [`waits since ${exactTime(trace.waitingSince)} for an answer`];
  const waited = trace.waitedMs > 0 ? [`waited ${grouped(Math.round(trace.waitedMs))}ms for answers besides`] : [];
  const counted = tokens
    ? `tokens: ${known(grouped(tokens.input), provenance.tokens)} in, ${grouped(tokens.output)} out, ${grouped(tokens.cacheRead)} cached, ${grouped(tokens.reasoning)} reasoning`
    : 'tokens of a single call: not counted by its agent';
  return [
    `${clean(name)} · turn ${turn} · ${clean(model ?? 'model unknown')} · from ${exactTime(startedAt)} · ${took}`,
    `${counted} · cost ${cost ? costText(cost, true) : '?'} · ${id}`,
    ...waited,
    ...waits,
  ];
}

const rowsOf = new WeakMap<Trace, { width: number; rows: Row[] }>();

/** All of it, folded to this width. */
export function wholeRows(trace: Trace, width: number): Row[] {
  const old = rowsOf.get(trace);
  if (old?.width === width) return old.rows;
  const part = (name: string, lines: string[], cutOff: boolean): Row[] => [
    [],
    line(name, 'heading'),
    ...lines.flatMap((text) => wrap(text, width)).map((text) => line(text)),
    ...(cutOff ? [line('What follows is in boocode traces --export FILE.jsonl.', 'wait')] : []),
  ];
  const rows = [
    ...factLines(trace)
      .flatMap((text) => wrap(text, width))
      .map((text) => line(text, 'dim')),
    ...(trace.error ? wrap(clean(trace.error), width).map((text) => line(text, 'bad')) : []),
    ...part('Input', inputLines(trace.input), trace.input.length > READABLE),
    ...part('Output', textLines(trace.output), trace.output.length > READABLE),
  ];
  rowsOf.set(trace, { width, rows });
  return rows;
}
