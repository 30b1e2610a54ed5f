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

type Prompt = Omit<Mark, 'line'>;

/** What was sent to the agent in its present life, the prompt it began with included; oldest first. */
function promptsOf({ root }: Context, { id, epoch, prompt, startedAt }: Known): Prompt[] {
  const first: Prompt[] =
    prompt !== null && startedAt !== null ? [{ kind: 'prompt', at: startedAt, text: prompt }] : [];
  const sent = readRecord({ root, id, after: 0 }).flatMap(({ event }): Prompt[] =>
    event.type === 'prompted' && event.epoch === epoch && event.receipt !== 'not delivered'
      ? [{ kind: 'prompt', at: event.at, text: event.text }]
      : [],
  );
  // The first one is on record too when it was typed.
  return sent[0]?.text === first[0]?.text ? sent : [...first, ...sent];
}

const headOf = (text: string) => text.trim().split('\n')[0]!.slice(0, HEAD);

/**
 * Gives each prompt the line it stands on. A line's time is when it left the screen, so a prompt is on the first line with
 * its text among those that left after it was sent; where its text is not seen, that first line stands for it.
 */
async function place(ctx: Context, agent: Known, prompts: Prompt[]): Promise<Mark[]> {
  const marks: Mark[] = [];
  const waiting = [...prompts];
  let open: { prompt: Prompt; line: number }[] = [];
  const settle = ({ prompt, line }: { prompt: Prompt; line: number }) => marks.push({ ...prompt, line });
  const look = (one: HistoryLine) => {
    while (waiting[0] && one.at >= waiting[0].at) open.push({ prompt: waiting.shift()!, line: one.line });
    open = open.filter(({ prompt, line }) => {
      const found = one.text.includes(headOf(prompt.text));
      if (found || one.line - line >= NEAR) settle({ prompt, line: found ? one.line : line });
      return !found && one.line - line < NEAR;
    });
  };
  let next = 1;
  for (let from = 1; waiting.length + open.length > 0; from = next) {
    const page = await historyOf(ctx, agent, { epoch: null, from, count: PAGE, styled: false });
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

async function commandsOf(ctx: Context, agent: Known): Promise<Mark[]> {
  const live = await fromHost(ctx, agent, (link, child) => link.call('marks', { child }));
  if (live) return live.marks;
  const kept = await ctx.ends.open(agent.id, agent.epoch);
  kept?.close();
  return kept?.life.marks ?? [];
}

/** Places in the agent's present life worth jumping to, by line. */
export async function marksOf(ctx: Context, agent: Known): Promise<Mark[]> {
  const prompts = await place(ctx, agent, promptsOf(ctx, agent));
  return [...prompts, ...(await commandsOf(ctx, agent))].sort((a, b) => a.line - b.line || a.at - b.at);
}
