import { realpathSync } from 'node:fs';
import { type Wish, wishToApply } from '../../core/apply.ts';
import { sidesOf } from '../../git/sides.ts';
import { findTarget, type Target } from '../../git/target.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Operation, Part } from '../../schema/change.ts';
import { BooError } from '../../util/errors.ts';
import { type Context, exclusively } from '../context.ts';
import { carryOut } from './carry.ts';
import { approvedOf, type Chosen, chosenOf, decidedAs } from './chosen.ts';
import { operationOf } from './operations.ts';

export interface ApplyAsk {
  parts: Part[] | null;
  target: string | null;
  stage: boolean | null;
  seen: string | null;
}

/** Brings parts of what an agent changed into the target. Who looked at an older state (`seen`) gets `conflict`. */
export function applyParts(ctx: Context, { id, name }: Agent, ask: ApplyAsk): Promise<Operation> {
  return exclusively(ctx, id, 'applied', async () => {
    const { checkout, changes } = await ctx.changes.of(id, true);
    const target = await findTarget(ctx.root, ask.target, worktreesOf(ctx));
    if (target.kind === 'checkout' && realpathSync(checkout) === target.path) {
      throw new BooError(
        'conflict',
        `${name} works in ${target.path} itself: its changes are there already`,
        'Name a branch with --target.',
      );
    }
    const agent = ctx.store.agent(id);
    const not = ask.seen === null ? (['rejected'] as const) : (['rejected', 'applied'] as const);
    const chosen = ask.parts
      ? chosenOf(agent, changes, { parts: ask.parts, seen: ask.seen, not })
      : approvedOf(agent, changes);
    const journal = await carryOut(ctx, {
      ...{ kind: 'apply', agent: { id, name }, target, wishes: await wishesOf(checkout, chosen, wishToApply) },
      stage: target.kind === 'checkout' && (ask.stage ?? ctx.config.get().config.apply.stage),
      pieces: decidedAs(agent, chosen, 'applied'),
      message: messageOf(agent, chosen, target),
    });
    return operationOf(journal);
  });
}

/** Worktrees that agents work in: path ▶ name. */
const worktreesOf = ({ store }: Context) =>
  new Map(
    store.all().flatMap(({ worktree, name, archived }) => (worktree && !archived ? [[worktree, name] as const] : [])),
  );

export async function wishesOf(checkout: string, chosen: readonly Chosen[], how: typeof wishToApply): Promise<Wish[]> {
  const sides = await sidesOf(
    checkout,
    chosen.map(({ change }) => change),
  );
  return chosen.map(({ change, ids }) => {
    const wish = how(change, sides.get(change)!, ids);
    if (wish) return wish;
    throw new BooError('conflict', `${change.file} has changed in this very moment`, 'Look at it again, then decide.');
  });
}

/** Files that the subject line of a commit names. */
const NAMED = 2;

function messageOf({ name, id }: Agent, chosen: readonly Chosen[], { kind }: Target): string {
  if (kind === 'checkout') return '';
  const files = chosen.map(({ change }) => change.file);
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : '';
  return `Apply changes of ${name}: ${files.slice(0, NAMED).join(', ')}${more}\n\n${files.join('\n')}\n\nBooCode-Agent: ${name} (${id})\n`;
}
