import type { HistoryMove } from '../../../core/commands/moves.ts';
import { selectedAgent } from '../../selectors/sessions.ts';
import { field } from '../../store/dialogs.ts';
import type { Hits, Reading } from '../../store/reading.ts';
import type { Bridge } from '../bridge.ts';
import type { Press } from '../dialogs/step.ts';
import { edit, insert } from '../edit.ts';
import { createAsking } from '../search/ask.ts';
import { sentence } from '../wording.ts';
import { copySelection, openWrite } from './copy.ts';
import { jumpTo, nearestHit, nextMark } from './move.ts';

/** What reading back needs, with or without a cockpit around it. */
export type ReadingBridge = Pick<Bridge, 'root' | 'env' | 'store' | 'reader' | 'call' | 'terminal'>;

/** Hits of one agent that can be gone through; the newest when there are more. */
const MOST_HITS = 500;

/** Carries out a command of the history; outside of one it begins to read the selected agent's. */
export function read(bridge: ReadingBridge, move: HistoryMove) {
  const { store, reader } = bridge;
  const { reading } = store.getState().ui;
  if (!reading) {
    const agent = selectedAgent(store.getState());
    if (!agent) return;
    const from = { agent: agent.id, name: agent.name, epoch: null };
    // Where there is no screen the end itself is news.
    return reader.start({ ...from, back: 'live', ...(reader.live(from) && { move }) });
  }
  switch (move) {
    case 'leave':
      return reader.change((now) => (now.selection ? { ...now, selection: null } : null));
    case 'find':
      return reader.change((now) => ({ ...now, query: { field: field(), from: now.top }, note: null }));
    case 'copy':
      return void copySelection(bridge);
    case 'write':
      return openWrite(bridge);
    case 'nextMark':
    case 'previousMark':
      return void toMark(bridge, move === 'nextMark' ? 1 : -1);
    default:
      return reader.take(move);
  }
}

/** A notch of the wheel over an agent's screen: upwards it begins to read. Whoever typed goes on typing at the end. */
export function wheelOver(bridge: ReadingBridge, agent: string, upward: boolean) {
  const { store, reader } = bridge;
  const { ui, data } = store.getState();
  if (ui.reading?.agent === agent) return reader.take(upward ? 'wheelUp' : 'wheelDown');
  const name = data.project?.agents[agent]?.name;
  if (!upward || name === undefined) return;
  const resume = ui.typing && selectedAgent(store.getState())?.id === agent;
  reader.start({ agent, name, epoch: null, back: 'live', resume, move: 'wheelUp' });
}

async function toMark({ call, reader, store }: ReadingBridge, by: 1 | -1) {
  const { reading } = store.getState().ui;
  if (!reading) return;
  try {
    const { marks } = await call('agent.marks', { agent: reading.agent, epoch: reading.epoch });
    reader.change((now, area) => (now.agent === reading.agent ? nextMark({ ...now, marks }, by, area) : now));
  } catch (error) {
    reader.change((now) => ({ ...now, note: sentence(error, store.getState()) }));
  }
}

/** A key for the pattern that is written: Enter keeps what was found, Escape goes back to where one stood. */
export function queryKey(bridge: ReadingBridge, { key, text, pasted }: Press) {
  const { reader, store } = bridge;
  const query = store.getState().ui.reading?.query;
  if (!query) return;
  if (!pasted && key === 'Enter') return reader.change((now) => ({ ...now, query: null }));
  if (!pasted && (key === 'Escape' || key === 'C-c')) {
    return reader.change((now) => ({ ...now, query: null, hits: null, top: query.from, note: null }));
  }
  const next = text === null ? edit(query.field, key) : insert(query.field, text, false);
  if (next === query.field) return;
  reader.change((now) => ({ ...now, query: { ...query, field: next } }));
  if (next.text !== query.field.text) void find(bridge, next.text);
}

const askings = new WeakMap<ReadingBridge, ReturnType<typeof createAsking>>();

async function find(bridge: ReadingBridge, text: string) {
  const { reader, store } = bridge;
  const { reading, search } = store.getState().ui;
  if (!reading) return;
  let asking = askings.get(bridge);
  if (!asking) askings.set(bridge, (asking = createAsking(bridge, 'history')));
  if (text === '') return reader.change((now) => ({ ...now, hits: null, note: null }));
  const pattern = { text, fixed: search.fixed, case: search.case };
  const answer = await asking.ask({
    pattern,
    agents: [reading.agent],
    states: [],
    all: true,
    limit: MOST_HITS,
    before: 0,
    after: 0,
    since: null,
  });
  if (answer === 'old') return;
  const same = (now: Reading) => now.agent === reading.agent && now.query !== null;
  if ('error' in answer) {
    return reader.change((now) =>
      same(now) ? { ...now, hits: null, note: `✖ ${answer.message.replace(/^the pattern is /, '')}` } : now,
    );
  }
  const epoch = reading.epoch ?? store.getState().data.project?.agents[reading.agent]?.epoch;
  const matches = answer.result.matches.filter((one) => epoch === undefined || one.epoch === epoch);
  const lost = answer.result.lost[0]?.reason ?? null;
  const hits: Hits = { pattern, matches, total: Math.max(matches.length, answer.result.total), at: -1 };
  reader.change((now, area) => (same(now) ? toNearest({ ...now, hits, note: lost }, area) : now));
}

/** From where the search began, so that a longer pattern does not wander off. */
function toNearest(now: Reading, area: Parameters<typeof jumpTo>[2]): Reading {
  const from = now.query?.from ?? now.top;
  const at = nearestHit({ ...now, top: from }, area);
  const hit = now.hits?.matches[at];
  if (!hit) return { ...now, top: from };
  return jumpTo({ ...now, top: from, hits: { ...now.hits!, at } }, hit.line, area);
}
