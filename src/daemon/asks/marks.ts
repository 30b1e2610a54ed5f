import type { Mark } from '../../schema/history.ts';
import type { HistoryLine } from '../../schema/host.ts';
import { readRecord } from '../../storage/record.ts';
import type { Context } from '../context.ts';
import { fromHost, historyOf } from './history.ts';
import type { Known } from './past.ts';
import { screenOf } from './screen.ts';

/** Lines of history looked through at a time. */
const PAGE = 10_000;
/** A prompt stands within this many lines of where the screen was when it was sent; else the time alone decides. */
const NEAR = 200;
/** Characters by which a prompt is known again: agents wrap, indent and fold the rest. */
const HEAD = 24;

/** A prompt is on record once it was seen what came of it: it may have stood on the screen for so long (ms). */
const EARLY_MS = 2000;
/** A turn that begins so near to a prompt of the same text (ms) is that prompt's: what was seen of it is on record after that. */
const SAME_MS = 30_000;

type Prompt = Omit<Mark, 'line'>;

/** What was asked of the agent in one life, the prompt it began with and what was typed into its screen included; oldest first. */
function promptsOf({ root }: Context, { id, prompt }: Known, epoch: number): Prompt[] {
  const events = readRecord({ root, id, after: 0 })
    .map(({ event }) => event)
    .filter((event) => event.epoch === epoch);
  const turns = events.flatMap((event): Prompt[] =>
    event.type === 'turnStarted' && typeof event.line === 'number' && event.prompt !== null
      ? [{ kind: 'turn', at: event.at, text: event.prompt }]
      : [],
  );
  const take = (one: Prompt, within: number): Prompt => {
    const near = turns
      .filter(({ at, text }) => text.trim() === one.text.trim() && Math.abs(at - one.at) < within)
      .sort((a, b) => Math.abs(a.at - one.at) - Math.abs(b.at - one.at))[0];
    if (!near) return one;
    turns.splice(turns.indexOf(near), 1);
    return { ...one, at: Math.min(one.at, near.at) };
  };
  const prompts = events.flatMap((event): Prompt[] => {
    const { type, at } = event;
    // On record when it was typed; it may ask for much before it begins with one that its arguments carry.
    if (type === 'started' && prompt !== null && event.argv.at(-1)?.endsWith(prompt))
      return [take({ kind: 'prompt', at, text: prompt }, Number.POSITIVE_INFINITY)];
    return type === 'prompted' && event.receipt !== 'not delivered'
      ? [take({ kind: 'prompt', at, text: event.text }, SAME_MS)]
      : [];
  });
  return [...prompts, ...turns].sort((a, b) => a.at - b.at);
}

const headOf = (text: string) => text.trim().split('\n')[0]!.slice(0, HEAD);

/** A prompt whose line is looked for. */
interface Sought {
  prompt: Prompt;
  /** What stands for it where its text is not seen: the first line that was printed after it; null: none yet. */
  line: number | null;
}

/** Looks for prompts in lines that come in order. */
export class PromptSearch {
  readonly marks: Mark[] = [];
  /** Those that no line so far can be of, and those whose line may come; oldest first. */
  #waiting: Prompt[];
  #open: Sought[] = [];

  constructor(prompts: Prompt[]) {
    this.#waiting = [...prompts];
  }

  get over(): boolean {
    return this.#waiting.length + this.#open.length === 0;
  }

  take(one: HistoryLine): void {
    while (this.#waiting[0] && one.at >= this.#waiting[0].at - EARLY_MS)
      this.#open.push({ prompt: this.#waiting.shift()!, line: null });
    for (const sought of this.#open) if (one.at >= sought.prompt.at) sought.line ??= one.line;
    const found = this.#open.findIndex(({ prompt }) => one.text.includes(headOf(prompt.text)));
    if (found >= 0) {
      // Of two with the same text the older one stands first, and those sent later stand further down.
      const [{ prompt }, ...later] = this.#open.splice(found) as [Sought, ...Sought[]];
      this.marks.push({ ...prompt, line: one.line });
      this.#waiting.unshift(...later.map((sought) => sought.prompt));
    }
    this.#open = this.#open.filter(({ prompt, line }) => {
      const given = line !== null && one.line - line >= NEAR;
      if (given) this.marks.push({ ...prompt, line });
      return !given;
    });
  }

  /** The rest stands on the screen, whose first row is the line `next`, or is not seen. */
  end(rows: string[], next: number): Mark[] {
    let free = rows.map((text, y) => ({ text, line: next + y }));
    let last = next;
    for (const { prompt, line } of [...this.#open, ...this.#waiting.map((prompt) => ({ prompt, line: null }))]) {
      const row = free.find(({ text }) => text.includes(headOf(prompt.text)));
      if (row) free = free.filter((one) => one.line > row.line);
      last = row?.line ?? last;
      this.marks.push({ ...prompt, line: row?.line ?? line ?? last });
    }
    return this.marks;
  }
}

/**
 * Gives each prompt the line it stands on. A line's time is when it left the screen, on full-screen programs when it was seen first: a
 * prompt is on the first line with its text among those of after it was sent, or just before that was on record.
 */
async function place(ctx: Context, agent: Known, epoch: number, prompts: Prompt[]): Promise<Mark[]> {
  const search = new PromptSearch(prompts);
  let next = 1;
  for (let from = 1; !search.over; from = next) {
    const page = await historyOf(ctx, agent, { epoch, from, count: PAGE, styled: false });
    for (const line of page.lines) search.take(line);
    next = page.total + 1;
    if (page.lines.length === 0 || page.lines.at(-1)!.line >= page.total) break;
    next = page.lines.at(-1)!.line + 1;
  }
  if (search.over) return search.marks;
  return search.end((await screenOf(ctx, agent, { ansi: false, epoch })).lines, next);
}

async function commandsOf(ctx: Context, agent: Known, epoch: number): Promise<Mark[]> {
  const present = epoch === agent.epoch;
  const live = present && (await fromHost(ctx, agent, (link, child) => link.call('marks', { child })));
  if (live) return live.marks;
  const kept = await ctx.ends.open(agent.id, epoch);
  kept?.close();
  return kept?.life.marks ?? [];
}

/** Places in one life of the agent worth jumping to, by line. `epoch` null: its present one. */
export async function marksOf(ctx: Context, agent: Known, epoch: number | null): Promise<Mark[]> {
  const life = epoch ?? agent.epoch;
  const prompts = await place(ctx, agent, life, promptsOf(ctx, agent, life));
  return [...prompts, ...(await commandsOf(ctx, agent, life))].sort((a, b) => a.line - b.line || a.at - b.at);
}
