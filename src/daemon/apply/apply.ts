import { realpathSync } from 'node:fs';
import { wishToApply } from '../../core/apply.ts';
import type { RawChange } from '../../git/changes.ts';
import { findTarget, type Target } from '../../git/target.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Operation, Part } from '../../schema/change.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { noRepository } from '../no-repository.ts';
import { alone } from './alone.ts';
import { carryOut } from './carry.ts';
import { approvedOf, type Chosen, chosenOf, decidedAs } from './chosen.ts';
import { operationOf } from './operations.ts';
import { readWishes } from './wishes.ts';

export interface ApplyAsk {
  parts: Part[] | null;
  target: string | null;
  stage: boolean | null;
  seen: string | null;
}

/** Brings parts of what an agent changed into the target. Who looked at an older state (`seen`) gets `conflict`. */
export function applyParts(ctx: Context, { id, name }: Agent, ask: ApplyAsk): Promise<Operation> {
  return alone(ctx, id, 'applied', async () => {
    if (!ctx.git) throw noRepository(ctx.root);
    const target = await findTarget(ctx.root, ask.target, worktreesOf(ctx));
    const not = ask.seen === null ? (['rejected'] as const) : (['rejected', 'applied'] as const);
    const choose = (one: Agent, changes: readonly RawChange[]) =>
      ask.parts ? chosenOf(one, changes, { parts: ask.parts, seen: ask.seen, not }) : approvedOf(one, changes);
    const { agent, checkout, chosen, wishes } = await readWishes(ctx, id, choose, wishToApply);
    if (target.kind === 'checkout' && realpathSync(checkout) === target.path) {
      const what = `${name} works in ${target.path} itself: its changes are there already`;
      throw new BooError('conflict', what, 'Name a branch with --target.');
    }
    const journal = await carryOut(ctx, {
      ...{ kind: 'apply', agent: { id, name }, target, wishes },
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

/** Files that the subject line of a commit names. */
const NAMED = 2;

function messageOf({ name, id }: Agent, chosen: readonly Chosen[], { kind }: Target): string {
  if (kind === 'checkout') return '';
  const files = chosen.map(({ change }) => change.file);
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : '';
  return `Apply changes of ${name}: ${files.slice(0, NAMED).join(', ')}${more}\n\n${files.join('\n')}\n\nBooCode-Agent: ${name} (${id})\n`;
}
