import { setTimeout as delay } from 'node:timers/promises';
import { bookOf } from '../../core/detect/index.ts';
import { encodePaste } from '../../core/keys/paste.ts';
import { isLive } from '../../core/lifecycle.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { Receipt } from '../../schema/event.ts';
import type { Evidence, Status } from '../../schema/status.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { HostLink } from '../hosts/link.ts';
import { promptSession } from '../sessions/asks.ts';
import { endsAfterTurns } from '../sessions/one-shot.ts';
import { structuredOf } from '../sessions/service.ts';

/** How long a reaction is waited for unless said otherwise, in milliseconds. */
const REACT_MS = 5000;
/** Between pasting and Enter: screen programs take a key that comes in the same read for a part of the paste. */
const ENTER_MS = 120;
/** A busy program reads what was pasted later than that: its sight is waited for so long (ms). Some show nothing, as at a password. */
const ECHO_MS = 1000;
const LOOK_MS = 60;
/** How long a program may take to show its first screen before its prompt is typed anyway. */
const FIRST_SCREEN_MS = 15_000;
/** The same where its rest is recognised: some read their keys only after many seconds. */
const KNOWN_SCREEN_MS = 60_000;

interface Answer {
  receipt: Receipt;
  evidence: Evidence;
}

export interface Sending {
  /** How long a reaction is waited for, in milliseconds. */
  timeoutMs?: number;
  /** The environment of who sends it (schema/session, agent.prompt). */
  env?: Record<string, string>;
  /** Of the prompt, where it stands in the agent's queue: it is taken out of it. */
  id?: string;
}

/** Types a prompt and Enter, and says what was seen of it. Written to the record with its receipt. */
export async function sendPrompt(ctx: Context, id: string, text: string, how: Sending = {}): Promise<Answer> {
  const { store } = ctx;
  const { timeoutMs = REACT_MS, env, id: queued } = how;
  const agent = store.agent(id);
  if (structuredOf(agent) && (isLive(agent) || endsAfterTurns(agent)))
    return promptSession(ctx, agent, { text, images: [], timeoutMs, env });
  const { epoch } = agent;
  const answer = await deliver(ctx, id, text, timeoutMs).catch((error): Answer => notDelivered(messageOf(error)));
  if (store.get().agents[id])
    store.record(id, { type: 'prompted', text, ...answer, ...(queued !== undefined && { id: queued }) }, { epoch });
  return answer;
}

const notDelivered = (detail: string): Answer => ({
  receipt: 'not delivered',
  evidence: { source: 'process', detail },
});

async function deliver({ store, hosts }: Context, id: string, text: string, timeoutMs: number): Promise<Answer> {
  const agent = store.agent(id);
  if (!isLive(agent)) return notDelivered(`it has ended (${agent.status.state})`);
  const link = agent.host === null ? undefined : hosts.get(agent.host);
  if (!link) return notDelivered('it has not started yet');
  const child = childId(agent);
  const { modes } = await link.look(child);
  const typed = Buffer.from(encodePaste(text.replace(/\r?\n$/, ''), modes)).toString();
  const quiet = await isQuiet(link, child);
  const empty = await screenOf(link, child);
  await link.call('input', { child, text: typed });
  if (quiet) await untilChanged(link, child, empty);
  await delay(ENTER_MS);
  const pasted = await screenOf(link, child);
  await link.call('input', { child, text: '\r' });
  return await reaction({ link, child, agent: () => store.get().agents[id], before: agent, pasted, quiet, timeoutMs });
}

interface Watching {
  link: HostLink;
  child: string;
  agent(): Agent | undefined;
  before: Agent;
  /** The screen when the text stood on it and Enter had not been pressed. */
  pasted: string;
  /** It was not printing by itself before. */
  quiet: boolean;
  timeoutMs: number;
}

/** What Enter changed beyond the echo, which had been on the screen already, is the agent's own reaction. */
async function reaction({ link, child, agent, before, pasted, quiet, timeoutMs }: Watching): Promise<Answer> {
  for (const end = Date.now() + timeoutMs; ; await delay(LOOK_MS)) {
    const now = agent();
    if (!now || now.epoch !== before.epoch) return notDelivered('it was restarted or removed meanwhile');
    if (tellsReaction(before.status, now.status)) {
      const detail = `its status went from ${before.status.state} to ${now.status.state}`;
      return { receipt: 'submitted', evidence: { source: 'output', detail } };
    }
    if (quiet && (await screenOf(link, child)) !== pasted) {
      return { receipt: 'submitted', evidence: { source: 'output', detail: 'its screen changed after Enter' } };
    }
    if (Date.now() < end) continue;
    const { queued } = await link.call('input', { child, text: '' });
    if (queued > 0) return notDelivered(`it does not read its terminal: ${queued} bytes wait`);
    const why = quiet ? 'nothing changed on its screen' : 'it was printing already, so a reaction cannot be told apart';
    return { receipt: 'accepted', evidence: { source: 'output', detail: why } };
  }
}

/** A status that says no more than that something was printed may come from the echo, and so may one that ends a silence. */
const tellsReaction = (before: Status, now: Status): boolean =>
  now.state !== before.state &&
  now.state !== 'unknown' &&
  now.state !== 'stalled' &&
  before.state !== 'stalled' &&
  now.evidence.source !== 'output';

/** All that can be read on the screen. Spaces and wrapping do not count: the cursor moving on is no reaction. */
async function screenOf(link: HostLink, child: string): Promise<string> {
  return (await link.call('screen', { child, ansi: false })).lines.join('').replace(/\s+/g, '');
}

async function isQuiet(link: HostLink, child: string): Promise<boolean> {
  const before = await screenOf(link, child);
  await delay(ENTER_MS);
  return (await screenOf(link, child)) === before;
}

async function untilChanged(link: HostLink, child: string, before: string): Promise<void> {
  for (const end = Date.now() + ECHO_MS; Date.now() < end; await delay(LOOK_MS))
    if ((await screenOf(link, child)) !== before) return;
}

/** Types the prompt of a program that takes none as an argument, once its first screen has come to rest. */
export async function typeFirstPrompt(ctx: Context, id: string, text: string): Promise<void> {
  const { store, log, publish } = ctx;
  const { name, epoch, runtime } = store.agent(id);
  // Where it is known what its screen looks like at rest, nothing is typed into another one: it may be a question, or still be coming up.
  const strict = bookOf(runtime) !== undefined;
  try {
    const rests = await untilRest(ctx, id, strict);
    if (store.get().agents[id]?.epoch !== epoch) return;
    if (rests || !strict) return void (await sendPrompt(ctx, id, text));
    const evidence: Evidence = {
      source: 'output',
      detail: `it did not come to rest in ${KNOWN_SCREEN_MS / 1000} seconds`,
    };
    store.record(id, { type: 'prompted', text, receipt: 'not delivered', evidence }, { epoch });
    const hint = `boocode attach ${name} shows it`;
    publish('message', { level: 'warning', text: `${name} did not get its prompt: ${evidence.detail}; ${hint}.` });
  } catch (error) {
    log.warn(`the first prompt of ${name} was not typed: ${messageOf(error)}`);
  }
}

/** Whether this life's screen shows something and is quiet, and with `strict` is known to be at rest, in time. */
async function untilRest({ store, hosts }: Context, id: string, strict: boolean): Promise<boolean> {
  const { epoch, host } = store.agent(id);
  const link = host === null ? undefined : hosts.get(host);
  const child = childId({ id, epoch });
  for (const end = Date.now() + (strict ? KNOWN_SCREEN_MS : FIRST_SCREEN_MS); Date.now() < end; await delay(LOOK_MS)) {
    const agent = store.get().agents[id];
    if (!link || agent?.epoch !== epoch || !isLive(agent)) return false;
    if (strict && agent.status.state !== 'idle') continue;
    if ((await screenOf(link, child)) !== '' && (await isQuiet(link, child))) return true;
  }
  return false;
}
