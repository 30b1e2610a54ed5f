import { isLive } from '../../core/lifecycle.ts';
import { runtimes } from '../../runtimes/choose.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Receipt } from '../../schema/event.ts';
import type { Evidence } from '../../schema/status.ts';
import { sendPrompt } from '../asks/send.ts';
import type { Context } from '../context.ts';

export interface Told {
  text: string;
  receipt: Receipt;
  evidence: Evidence;
}

/** Why an agent cannot be told anything, in one clause; null: it can. */
export function deafness(agent: Agent): string | null {
  if (!isLive(agent)) return `it has ended (${agent.status.state})`;
  if (runtimes.find(({ id }) => id === agent.runtime)?.listens) return null;
  return `its runtime (${agent.runtime}) takes no prompts: what is typed to it would be run or written`;
}

/** Says something to an agent as a prompt, with its receipt. */
export async function tell(ctx: Context, id: string, text: string): Promise<Told> {
  return { text, ...(await sendPrompt(ctx, id, text)) };
}
