import type { Trace } from '../../../schema/trace.ts';
import { queryOf, shownAgent, type TraceQuery, traceQuery } from '../../selectors/traces/chosen.ts';
import type { Cockpit } from '../../store/model.ts';
import type { TimelineData, TracesData, TracesUi, TraceWindow } from '../../store/traces.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';
import { Asking } from './asking.ts';

/** Traces that are had to either side of the chosen one. */
const SPAN = 150;
/** Whole traces that are kept; each may be some megabytes. */
const WHOLE = 12;

/** Asks for what the views of traces and turns show, while they are looked at: a window of a list of any length. */
export class TracesFeed {
  readonly #bridge: Pick<Bridge, 'store' | 'call'>;
  readonly #undo: () => void;
  readonly #window = new Asking(() => this.#look());
  readonly #turns = new Asking(() => this.#look());
  readonly #stats = new Asking(() => this.#look());

  constructor(bridge: Pick<Bridge, 'store' | 'call'>) {
    this.#bridge = bridge;
    this.#undo = bridge.store.subscribe((state, before) => {
      if (state.data.link !== before.data.link) this.changed();
      else if (state.ui !== before.ui) this.#look();
    });
  }

  /** Some agent has done something. */
  changed(): void {
    for (const one of [this.#window, this.#turns, this.#stats]) one.changed();
    this.#look();
  }

  /** The whole of a trace, for as long as it is among the newest that were looked at. */
  async whole(id: string): Promise<void> {
    try {
      const { trace } = await this.#bridge.call('traces.get', { id });
      const kept = Object.entries(this.#data().whole).filter(([other]) => other !== id);
      this.#put({ whole: Object.fromEntries([...kept, [id, trace] as const].slice(-WHOLE)) });
    } catch (error) {
      this.#bridge.store.say('warning', sentence(error, this.#state()));
    }
  }

  close(): void {
    this.#undo();
    for (const one of [this.#window, this.#turns, this.#stats]) one.close();
  }

  #state = (): Cockpit => this.#bridge.store.getState();
  #data = (): TracesData => this.#state().data.traces;
  #put = (change: Partial<TracesData>) => this.#bridge.store.setData({ traces: { ...this.#data(), ...change } });
  #putTurns = (change: Partial<TimelineData>) =>
    this.#bridge.store.setData({ timeline: { ...this.#state().data.timeline, ...change } });

  #look(): void {
    const state = this.#state();
    const { view, timeline } = state.ui;
    if (state.data.link !== 'connected') return;
    if (view === 'traces') {
      const query = traceQuery(state);
      const key = queryOf(query);
      this.#window.ask(`${key} ${state.ui.traces.index}`, !covers(state, key), () => this.#askWindow(query, key));
    } else if (view === 'timeline' && timeline.part === 'turns') {
      const agent = shownAgent(state, timeline.whose);
      const { turns, of } = state.data.timeline;
      this.#turns.ask(String(agent), turns === null || of !== agent, () => this.#askTurns(agent));
    } else if (view === 'timeline') {
      this.#stats.ask('stats', state.data.timeline.stats === null, () => this.#askStats());
    }
  }

  async #askWindow(query: TraceQuery, key: string): Promise<void> {
    const { index, id } = this.#state().ui.traces;
    const at = Math.max(0, index - SPAN);
    const asked = { ...query, at, count: SPAN * 2, around: id };
    const found = await this.#bridge.call('traces.window', asked).catch((error: unknown) => {
      this.#put({ error: sentence(error, this.#state()) });
      throw error;
    });
    const { traces, groups, total, errors } = found;
    const window: TraceWindow = { of: key, at, traces, groups, total, errors };
    this.#take(window, key, { id, index: found.index });
  }

  /** `known`: where the trace that was chosen when it was asked stands now. */
  #take(window: TraceWindow, key: string, known: { id: string | null; index: number }): void {
    const state = this.#state();
    if (queryOf(traceQuery(state)) !== key) return;
    const index = placeIn(window, state.ui.traces, known);
    const chosen = window.traces[index - window.at];
    const isHere = chosen !== undefined || window.total === 0;
    // The first one stays the first: what is newest is what one looks at.
    const traces = { ...state.ui.traces, index, id: index === 0 ? null : (chosen?.id ?? state.ui.traces.id) };
    if (isHere) this.#put({ window, error: null });
    if (traces.index !== state.ui.traces.index || traces.id !== state.ui.traces.id)
      this.#bridge.store.setUi({ traces });
    for (const one of window.traces) if (this.#hasEnded(one, state.ui.traces.open)) void this.whole(one.id);
  }

  /** It was looked at while it ran. */
  #hasEnded = ({ id, outcome }: Trace, open: readonly string[]): boolean =>
    outcome !== null && open.includes(id) && this.#data().whole[id]?.outcome === null;

  async #askTurns(agent: string | null): Promise<void> {
    try {
      const { turns } = await this.#bridge.call('timeline.get', { agent });
      this.#putTurns({ of: agent, turns, error: null });
    } catch (error) {
      this.#putTurns({ of: agent, turns: null, error: sentence(error, this.#state()) });
      throw error;
    }
  }

  async #askStats(): Promise<void> {
    try {
      this.#putTurns({ stats: await this.#bridge.call('stats.get', { since: null }), error: null });
    } catch (error) {
      this.#putTurns({ error: sentence(error, this.#state()) });
      throw error;
    }
  }
}

/** Is what can be seen around the chosen trace there? */
function covers({ ui, data }: Cockpit, key: string): boolean {
  const { window } = data.traces;
  if (window?.of !== key) return false;
  const from = Math.max(0, ui.traces.index - ui.size.rows);
  const until = Math.min(window.total, ui.traces.index + ui.size.rows);
  return from >= window.at && until <= window.at + window.traces.length;
}

/** Where the chosen trace stands in what has come: one may have moved on meanwhile. */
function placeIn(window: TraceWindow, ui: TracesUi, known: { id: string | null; index: number }): number {
  const last = Math.max(0, window.total - 1);
  if (ui.id === null) return Math.min(ui.index, last);
  const at = window.traces.findIndex(({ id }) => id === ui.id);
  if (at >= 0) return window.at + at;
  return ui.id === known.id && known.index >= 0 ? known.index : Math.min(ui.index, last);
}
