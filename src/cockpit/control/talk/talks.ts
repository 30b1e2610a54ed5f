import type { Rect } from '../../../core/layout/rect.ts';
import { isStructured } from '../../../core/structured.ts';
import { isFoldable } from '../../../core/talk/items.ts';
import type { Delta } from '../../../schema/activity.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { AgentEvent } from '../../../schema/event.ts';
import { keymapOf } from '../../selectors/keymap.ts';
import { keyScope } from '../../selectors/scope.ts';
import { selectedAgent } from '../../selectors/sessions.ts';
import type { CockpitStore } from '../../store/store.ts';
import { initialTalk, type TalkUi } from '../../store/talk.ts';
import type { Painter } from '../../theme/paint.ts';
import type { Grid } from '../../types.ts';
import { keyLabel } from '../../views/keys.ts';
import { type Entry, entriesOf } from '../../views/talk/entries.ts';
import { type TalkScreen, talkScreen } from '../../views/talk/screen.ts';
import type { Bridge } from '../bridge.ts';
import type { Surface } from '../surface.ts';
import { sentence } from '../wording.ts';
import { TalkFeed } from './feed.ts';
import { createTalkSheet, type TalkSheet } from './sheet.ts';

/** Least time between two drawings of what only the agent has changed, in milliseconds. A key is drawn at once. */
const FRAME_MS = 33;
/** Conversations that are kept though nobody looks at them. */
const KEPT = 12;
/** Entries above the first in sight below which older ones are asked for. */
const NEAR_TOP = 30;

/** One conversation that is or was looked at. */
export interface OpenTalk {
  agent: string;
  feed: TalkFeed;
  ui: TalkUi;
  /** As last laid out; null while it is not on the screen. */
  shown: { sheet: TalkSheet; rect: Rect; screen: TalkScreen } | null;
  entries: { key: string; folds: TalkUi['folds']; list: readonly Entry[] } | null;
}

export interface TalksOptions {
  store: CockpitStore;
  surface: Pick<Surface, 'animation'>;
  call: Bridge['call'];
  painter(): Painter;
  /** The compositor shall lay the sheet of this id anew. */
  touch(id: string): void;
}

/** A person reads about fifteen characters a second, after having noticed that there is something; in milliseconds. */
const readMs = (text: string): number => 3000 + text.length * 70;

/** Id under which the compositor lays an agent's conversation. */
export const talkId = (agent: string): string => `talk ${agent}`;

/** The conversations of structured agents: fetched, folded and drawn into sheets that stand where a screen would be. */
export class Talks {
  readonly #options: TalksOptions;
  /** The one that was looked at last is the last. */
  readonly #open = new Map<string, OpenTalk>();
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #fading = new Map<OpenTalk, NodeJS.Timeout>();
  readonly #drawnAt = new Map<string, number>();
  readonly #undo: () => void;

  constructor(options: TalksOptions) {
    this.#options = options;
    this.#undo = options.store.subscribe((state, before) => {
      const linked = state.data.link === 'connected' && before.data.link !== 'connected';
      for (const talk of this.#open.values()) {
        if (linked) void talk.feed.catchUp();
        if (!talk.shown) continue;
        const agents = [state, before].map(({ data }) => data.project?.agents[talk.agent]);
        if (state.ui !== before.ui) this.draw(talk);
        else if (agents[0] !== agents[1]) this.#soon(talk);
      }
    });
  }

  /** The conversation with this agent; from its first mention on it is fetched. */
  of(agent: string): OpenTalk {
    const known = this.#open.get(agent);
    if (known) return known;
    const words = (error: unknown) => sentence(error, this.#options.store.getState());
    const changed = () => this.#soon(talk);
    const feed = new TalkFeed({ agent, call: this.#options.call, words, changed });
    const talk: OpenTalk = { agent, feed, ui: initialTalk(), shown: null, entries: null };
    this.#open.set(agent, talk);
    return talk;
  }

  /** What is to be laid over this agent's rectangle; null: it has a screen of its own. */
  lay(id: string, rect: Rect): Grid | null {
    const agent = this.#agent(id);
    if (!agent || !isStructured(agent)) return null;
    const talk = this.of(id);
    const cols = Math.max(1, rect.width);
    const rows = Math.max(1, rect.height);
    const { grid } = talk.shown?.sheet ?? {};
    const sheet = grid?.cols === cols && grid.rows === rows ? talk.shown!.sheet : createTalkSheet(cols, rows);
    talk.shown = { sheet, rect, screen: talk.shown?.screen ?? EMPTY };
    this.draw(talk);
    return sheet.grid;
  }

  /** Those that are laid now; of the others only so many are kept. */
  keep(ids: readonly string[]): void {
    for (const talk of [...this.#open.values()]) {
      if (ids.includes(talk.agent)) {
        this.#open.delete(talk.agent);
        this.#open.set(talk.agent, talk);
      } else if (talk.shown) {
        talk.shown = null;
        this.#options.surface.animation.set(talkId(talk.agent), NOWHERE, [], this.#options.painter());
      }
    }
    for (const talk of [...this.#open.values()].slice(0, -KEPT)) {
      // What is written and not sent is nowhere else.
      if (!talk.shown && talk.ui.field.text === '') this.#forget(talk.agent);
    }
  }

  event(agent: string, event: AgentEvent, seq: number): void {
    if (event.type === 'removed') this.#forget(agent);
    else this.#open.get(agent)?.feed.event(event, seq);
  }

  deltas(agent: string, deltas: readonly Delta[]): void {
    this.#open.get(agent)?.feed.deltas(deltas, Date.now());
  }

  /** Changes where one stands, and draws it at once. What is said goes by itself. */
  change(talk: OpenTalk, next: Partial<TalkUi>): void {
    talk.ui = { ...talk.ui, ...next };
    if (next.note !== undefined) this.#fade(talk);
    this.draw(talk);
  }

  entries(talk: OpenTalk): readonly Entry[] {
    const { folds, fold } = talk.ui;
    const { items, live, shape } = talk.feed.talk;
    const root = this.#agent(talk.agent)?.cwd ?? '';
    const key = `${fold} ${shape} ${items.length} ${root}`;
    if (talk.entries?.key === key && talk.entries.folds === folds) return talk.entries.list;
    talk.entries = { key, folds, list: entriesOf([...items, ...live], { folds, fold }, root) };
    return talk.entries.list;
  }

  /** Draws it as it is now; only rows that differ are written. */
  draw(talk: OpenTalk): void {
    const { store, painter, surface, touch } = this.#options;
    const agent = this.#agent(talk.agent);
    if (!talk.shown || !agent) return;
    clearTimeout(this.#due.get(talk.agent));
    this.#due.delete(talk.agent);
    this.#drawnAt.set(talk.agent, performance.now());
    const state = store.getState();
    const { sheet, rect } = talk.shown;
    const chosen = selectedAgent(state)?.id === talk.agent;
    const entries = this.entries(talk);
    const keys = keymapOf(state);
    const screen = talkScreen({
      ...{ agent, ui: talk.ui, entries, chosen, typing: chosen && state.ui.typing },
      area: { width: sheet.grid.cols, height: sheet.grid.rows },
      missing: talk.feed.error ?? (talk.feed.loading ? 'Reading what was said…' : null),
      keys: {
        type: keyLabel(keys.keysOf(keyScope(state) === 'talk' ? 'talk-type' : 'type')[0] ?? ':'),
        leave: keyLabel(keys.keysOf('leave')[0] ?? 'C-]'),
        answer: keyLabel(keys.keysOf('answer')[0] ?? ':'),
      },
    });
    talk.shown = { sheet, rect, screen };
    const paint = painter();
    const differs = sheet.draw(screen.rows.map(paint.row), screen.cursor);
    surface.animation.set(talkId(talk.agent), rect, screen.moving, paint);
    if (differs) touch(talkId(talk.agent));
    this.#settle(talk, entries, chosen);
  }

  close(): void {
    this.#undo();
    for (const timer of [...this.#due.values(), ...this.#fading.values()]) clearTimeout(timer);
    this.#open.clear();
  }

  /** What follows from a drawing: what was seen, what commands may be about, what is to be fetched. */
  #settle(talk: OpenTalk, entries: readonly Entry[], chosen: boolean) {
    const { sight } = talk.shown!.screen;
    if (sight.atEnd) talk.ui.seen = entries.length;
    if (talk.ui.top && (sight.spots[0]?.index ?? 0) < NEAR_TOP && talk.feed.hasOlder) void talk.feed.older();
    if (!chosen) return;
    const { store } = this.#options;
    const at = entries.find(({ item }) => item.key === talk.ui.chosen);
    const facts = { foldable: at !== undefined && isFoldable(at.item), finding: talk.ui.finding ? talk.ui.find : null };
    const now = store.getState().ui.talk;
    if (now.foldable !== facts.foldable || now.finding !== facts.finding) store.setUi({ talk: facts });
  }

  #soon(talk: OpenTalk) {
    if (!talk.shown || this.#due.has(talk.agent)) return;
    const wait = (this.#drawnAt.get(talk.agent) ?? 0) + FRAME_MS - performance.now();
    this.#due.set(
      talk.agent,
      setTimeout(() => this.draw(talk), Math.max(0, wait)),
    );
  }

  #fade(talk: OpenTalk) {
    clearTimeout(this.#fading.get(talk));
    const { note } = talk.ui;
    if (note !== null)
      this.#fading.set(talk, setTimeout(() => this.change(talk, { note: null }), readMs(note)).unref());
  }

  #forget(agent: string) {
    const talk = this.#open.get(agent);
    clearTimeout(this.#due.get(agent));
    this.#due.delete(agent);
    this.#drawnAt.delete(agent);
    if (talk) clearTimeout(this.#fading.get(talk));
    if (talk) this.#fading.delete(talk);
    this.#open.delete(agent);
  }

  #agent(id: string): Agent | undefined {
    return this.#options.store.getState().data.project?.agents[id];
  }
}

const NOWHERE: Rect = { x: 0, y: 0, width: 0, height: 0 };
const EMPTY: TalkScreen = {
  ...{ rows: [], cursor: null, moving: [], body: { y: 0, height: 0 } },
  sight: { spots: [], atEnd: true },
};
