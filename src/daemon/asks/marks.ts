import type { Mark } from '../../schema/history.ts';
import type { HistoryLine } from '../../schema/host.ts';
import { readRecord } from '../../storage/record.ts';
import type { Context } from '../context.ts';
import { fromHost, historyOf } from './history.ts';
import type { Known } from './past.ts';

/** Lines of history looked through at a time. */
const PAGE = 10_000;
/** A prompt stands within this many lines of where the screen was when it was sent; else the time alone decides. */
const NEAR = 200;
/** Characters by which a prompt is known again: agents wrap, indent and fold the rest. */
const HEAD = 24;

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

/**
 * Gives each prompt the line it stands on. A line's time is when it left the screen, so a prompt is on the first line with
 * its text among those that left after it was sent; where its text is not seen, that first line stands for it.
 */
async function place(ctx: Context, agent: Known, epoch: number, prompts: Prompt[]): Promise<Mark[]> {
  const marks: Mark[] = [];
  const waiting = [...prompts];
  let open: { prompt: Prompt; line: number }[] = [];
  const settle = ({ prompt, line }: { prompt: Prompt; line: number }) => marks.push({ ...prompt, line });
  const look = (one: HistoryLine) => {
    while (waiting[0] && one.at >= waiting[0].at) open.push({ prompt: waiting.shift()!, line: one.line });
    // Of two with the same text the older one stands first.
    let taken = false;
    open = open.filter(({ prompt, line }) => {
      const found = !taken && one.text.includes(headOf(prompt.text));
      taken ||= found;
      if (found || one.line - line >= NEAR) settle({ prompt, line: found ? one.line : line });
      return !found && one.line - line < NEAR;
    });
  };
  let next = 1;
  for (let from = 1; waiting.length + open.length > 0; from = next) {
    const page = await historyOf(ctx, agent, { epoch, from, count: PAGE, styled: false });
    page.lines.forEach(look);
    next = page.total + 1;
    if (page.lines.length === 0 || page.lines.at(-1)!.line >= page.total) break;
    next = page.lines.at(-1)!.line + 1;
  }
  open.forEach(settle);
  // Still on the screen: the line that they will have.
  for (const prompt of waiting) marks.push({ ...prompt, line: next });
  return marks;
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
