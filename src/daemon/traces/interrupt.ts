import { isStructured } from '../../core/structured.ts';
import { sendKeys } from '../asks/keys.ts';
import type { Context } from '../context.ts';
import { interrupt } from '../sessions/asks.ts';

/** Ends the turn that an agent is in: over its protocol, or as a person does at its screen. Nothing when it is in none. */
export async function interruptTurn(ctx: Context, id: string): Promise<void> {
  const agent = ctx.store.agent(id);
  if (agent.turn?.startedAt == null) return;
  if (isStructured(agent)) await interrupt(ctx, agent);
  else await sendKeys(ctx, agent, ['Escape']);
}
