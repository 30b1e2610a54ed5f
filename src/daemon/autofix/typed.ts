import { setTimeout as delay } from 'node:timers/promises';
import { isChecking } from '../../core/autofix/state.ts';
import { fixId } from '../../core/autofix/words.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { Check } from '../../schema/check.ts';
import { readRecordLines } from '../../storage/record.ts';
import { sendPrompt } from '../asks/send.ts';
import type { Context } from '../context.ts';

/** An agent that was given a prompt tells by its hooks within this time that its turn began, in milliseconds. */
const BEGIN_MS = 30_000;
const LOOK_MS = 100;

/**
 * Types the errors of a check into the agent's own screen, unless somebody may be writing there. Resolves once its turn has begun, or
 * something else came between, with null; else with why it was not given, as a clause. What a daemon before had typed is only waited for.
 */
export async function typeErrors(ctx: Context, id: string, check: Check, gone: () => boolean): Promise<string | null> {
  const prompt = ctx.store.agent(id).queue?.find((one) => one.id === fixId(check.turn));
  if (prompt) {
    const why = await occupied(ctx, ctx.store.agent(id));
    if (why !== null) return why;
    const { receipt, evidence } = await sendPrompt(ctx, id, prompt.text, { id: prompt.id });
    if (receipt === 'not delivered') return `what it said was not given to the agent: ${evidence.detail}`;
  }
  for (const end = Date.now() + BEGIN_MS; Date.now() < end && !gone(); await delay(LOOK_MS)) {
    const agent = ctx.store.get().agents[id];
    if (agent?.check?.turn !== check.turn || !isChecking(agent)) return null;
  }
  return 'what it said was typed, and no turn began';
}

/** Why nothing may be typed into its screen now; null: it may be. */
async function occupied({ root, hosts }: Context, agent: Agent): Promise<string | null> {
  if (agent.status.state === 'waiting') return 'a question stands in its screen';
  const link = agent.host === null ? undefined : hosts.get(agent.host);
  if (!link) return 'its screen cannot be reached';
  const { children } = await link.call('children', {});
  const at = children.find(({ child }) => child === childId(agent))?.draftAt;
  if (at === undefined) return 'whether somebody writes in its screen is not known: its process host is older';
  return at !== null && at >= sentAt(root, agent) ? 'somebody writes in its screen' : null;
}

/** When something that was typed there is known to have been taken last: a prompt by its turn, an answer by its request. */
function sentAt(root: string, { id }: Agent): number {
  for (const { event } of readRecordLines(root, id))
    if (event.type === 'turnStarted' || event.type === 'answered') return event.at;
  return 0;
}
