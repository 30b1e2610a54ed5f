import type { Agent } from '../../../schema/agent.ts';
import { dollars, short } from '../numbers.ts';
import { clean, fitRow, type Row, rowWidth, type Span } from '../span.ts';

/** How full a context is when it is to be seen. */
const NEARLY = 0.8;

/** What it runs with and what it has used: model, mode, turn, context, tokens, cost. What does not fit goes, the least needed first. */
export function talkHeader(agent: Agent, width: number): Row {
  const parts = [model(agent), mode(agent), context(agent), cost(agent), turn(agent), tokens(agent)].filter(
    (row) => row.length > 0,
  );
  let row: Row = [];
  for (const part of parts) {
    const next: Row = row.length === 0 ? [{ text: ' ' }, ...part] : [...row, { text: ' · ', tone: 'border' }, ...part];
    if (rowWidth(next) > width) break;
    row = next;
  }
  return fitRow(row, width);
}

/** By the name that its runtime gives it. */
const named = (id: string, list: Agent['models']): string => clean(list?.find((one) => one.id === id)?.name ?? id);

const model = ({ model: id, models }: Agent): Row => (id ? [{ text: named(id, models), tone: 'accent' }] : []);
const mode = ({ mode: id, modes }: Agent): Row => (id ? [{ text: named(id, modes), tone: 'dim' }] : []);
const turn = ({ turn: now }: Agent): Row => (now ? [{ text: `turn ${now.number}`, tone: 'dim' }] : []);

function context({ context: now }: Agent): Row {
  if (!now || now.size <= 0) return [];
  const share = now.used / now.size;
  const tone: Span['tone'] = share >= NEARLY ? 'wait' : 'dim';
  return [{ text: `context ${short(now.used)}/${short(now.size)} ${Math.round(share * 100)}%`, tone }];
}

function tokens({ tokens: now }: Agent): Row {
  if (!now) return [];
  return [{ text: `${short(now.input + now.output + now.cacheRead + now.cacheWrite)} tok`, tone: 'dim' }];
}

const cost = ({ cost: now }: Agent): Row =>
  now ? [{ text: `${now.provenance === 'estimated' ? '~' : ''}${dollars(now.usd)}` }] : [];
