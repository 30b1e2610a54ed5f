import type { Delta } from '../../schema/activity.ts';
import type { RecordLine } from '../../schema/event.ts';
import { foldEvent } from './fold.ts';
import type { Item, PlanItem, PromptItem, SpokenItem, ToolItem } from './items.ts';

/** What the folding of further events builds on. */
export interface Memory {
  items: Item[];
  /** Changed whenever an item was added, moved or taken away. */
  shape: number;
  /** By life and id of its call. */
  tools: Map<string, ToolItem>;
  /** Tools whose end has not been told. */
  running: Set<ToolItem>;
  /** A subagent's item ▶ the tool it belongs to. */
  owners: WeakMap<Item, ToolItem>;
  /** Of the present turn. */
  turn: {
    number: number;
    prompt: string;
    plan: PlanItem | null;
    at: number;
    tokens: number | null;
    usd: number | null;
  };
  /** Prompts whose turn has not begun. */
  pending: PromptItem[];
  model: string | null;
  mode: string | null;
  /** Ids of models and modes ▶ what their runtime calls them. */
  names: Map<string, string>;
}

const blank = (): Memory => ({
  items: [],
  shape: 0,
  tools: new Map(),
  running: new Set(),
  owners: new WeakMap(),
  turn: { number: 0, prompt: '', plan: null, at: 0, tokens: null, usd: null },
  pending: [],
  model: null,
  mode: null,
  names: new Map(),
});

/** After these whatever is said is heard from its beginning. */
const WHOLE: ReadonlySet<string> = new Set(['turnStarted', 'said', 'thought', 'toolStarted']);

/**
 * The conversation with an agent, folded from its record and from what is being said. An event costs what it brings, however long the
 * conversation is; older events, which are asked for on demand, are folded anew with all that follow. Items are changed in place: `version` tells.
 */
export class Talk {
  #memory = blank();
  /** By their `item`, in the order in which they began; they stand after everything that is on record. */
  readonly #live = new Map<string, SpokenItem>();
  /** What is being said may have begun before it was listened to. */
  #missed = false;
  #lines: RecordLine[] = [];
  #shapes = 0;

  /** On record, oldest first. */
  get items(): readonly Item[] {
    return this.#memory.items;
  }
  /** Still growing. */
  get live(): readonly SpokenItem[] {
    return [...this.#live.values()];
  }
  /** Differs from before when items were added, moved or taken away. */
  get shape(): number {
    return this.#shapes + this.#memory.shape;
  }
  /** Number of the newest record line, 0: none; and of the oldest. */
  get last(): number {
    return this.#lines.at(-1)?.seq ?? 0;
  }
  get first(): number {
    return this.#lines[0]?.seq ?? 0;
  }

  /** Newer lines, in order; those that are known already are passed over. */
  append(lines: readonly RecordLine[]): void {
    for (const line of lines) {
      if (line.seq <= this.last) continue;
      this.#lines.push(line);
      this.#fold(line);
    }
  }

  /** Older lines, in order. */
  prepend(lines: readonly RecordLine[]): void {
    const first = this.#lines[0]?.seq ?? Number.POSITIVE_INFINITY;
    const older = lines.filter(({ seq }) => seq < first);
    if (older.length === 0) return;
    this.#lines = [...older, ...this.#lines];
    this.#shapes += this.#memory.shape + 1;
    this.#memory = blank();
    for (const line of this.#lines) this.#fold(line);
  }

  /** More of what is being said, thought or printed. */
  delta({ item, kind, text }: Delta, at: number) {
    if (kind === 'output') return this.#output(item, text);
    const known = this.#live.get(item);
    if (known) {
      known.text += text;
      known.version++;
      return;
    }
    const heard = this.#missed ? `… ${text}` : text;
    this.#live.set(item, { kind, key: `live ${item}`, version: 0, at, who: 'agent', text: heard, live: true });
    this.#shapes++;
  }

  /** Deltas were missed: what grows is not known to its end any more, and what comes next may be the rest of something. */
  miss(): void {
    this.#forgetLive();
    this.#missed = true;
  }

  #forgetLive() {
    if (this.#live.size > 0) this.#shapes++;
    this.#live.clear();
  }

  #output(call: string, text: string) {
    const tool = [...this.#memory.running].find((one) => one.call === call);
    if (!tool) return;
    tool.output += text;
    tool.version++;
  }

  #fold({ seq, event }: RecordLine) {
    if ((event.type === 'said' || event.type === 'thought') && this.#live.delete(event.item)) this.#shapes++;
    if (event.type === 'turnEnded' || event.type === 'exited' || event.type === 'restarted') this.#forgetLive();
    if (WHOLE.has(event.type)) this.#missed = false;
    foldEvent(this.#memory, seq, event);
  }
}
