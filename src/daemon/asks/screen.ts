import type { Context } from '../context.ts';
import { fromHost, historyOf, nothingKept } from './history.ts';
import type { Known } from './past.ts';

/** Lines of history asked for at a time: what one answer may hold. */
const PAGE = 10_000;

export async function screenOf(ctx: Context, agent: Known, { ansi, epoch }: { ansi: boolean; epoch: number }) {
  const live =
    epoch === agent.epoch
      ? await fromHost(ctx, agent, (link, child) => link.call('screen', { child, ansi }))
      : undefined;
  if (live) return live;
  const kept = await ctx.ends.open(agent.id, epoch);
  if (!kept) throw nothingKept(agent);
  kept.close();
  const { screen } = kept.life;
  return { ...screen, ansi: ansi ? screen.ansi : null };
}

/** History, then the screen; at most `count` lines, oldest first, empty lines at the very end left out. */
export async function outputOf(ctx: Context, agent: Known, count: number): Promise<string[]> {
  const { lines: screen, open = '' } = await screenOf(ctx, agent, { ansi: false, epoch: agent.epoch });
  let lines = screen.slice(0, screen.findLastIndex((line) => line !== '') + 1);
  if (lines.length > 0) lines[0] = open + lines[0]!;
  const ask = (from: number | null, wanted: number) =>
    historyOf(ctx, agent, { epoch: null, from, count: wanted, styled: false });
  for (let before: number | null = null; lines.length < count; ) {
    const wanted = Math.min(PAGE, count - lines.length);
    const from: number | null = before === null ? null : Math.max(1, before - wanted);
    const page = await ask(from, before === null || from === null ? wanted : before - from);
    if (page.lines.length === 0) break;
    lines = [...page.lines.map(({ text }) => text), ...lines];
    before = page.lines[0]!.line;
    if (before <= page.first) break;
  }
  const end = lines.findLastIndex((line) => line !== '') + 1;
  return lines.slice(Math.max(0, end - count), end);
}
