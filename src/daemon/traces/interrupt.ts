import { sendKeys } from '../asks/keys.ts';
import type { Context } from '../context.ts';

/** Ends the turn that an agent is in, as a person does at its screen; nothing when it is in none. */
export async function interruptTurn(ctx: Context, id: string): Promise<void> {
  const agent = ctx.store.agent(id);
  if (agent.turn?.startedAt != null) await sendKeys(ctx, agent, ['Escape']);
}
