import { isLive } from '../../../core/lifecycle.ts';
import { field } from '../../store/dialogs.ts';
import { plural } from '../../views/numbers.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';
import { imagesIn } from './images.ts';
import { expanded } from './paste.ts';
import type { OpenTalk } from './talks.ts';

let nextId = 1;

/** Sends what is written: at once between two turns, else it waits in the agent's queue. An ended agent's session goes on with it. */
export async function sendPrompt(bridge: Bridge, talk: OpenTalk): Promise<void> {
  const { store, talks, call, env } = bridge;
  const agent = store.getState().data.project?.agents[talk.agent];
  if (!agent) return;
  const { field: written, pastes } = talk.ui;
  const text = expanded(talk.ui).trim();
  const { paths: images, tooLarge } = imagesIn(text, agent.cwd);
  if (tooLarge.length > 0)
    return talks.change(talk, { note: `${tooLarge[0]} is larger than 20 MB: no model takes it.` });
  const sent = images.length > 0 ? `Sent with ${plural(images.length, 'image')}.` : null;
  const id = nextId++;
  const outbox = [...talk.ui.outbox, { id, text, at: Date.now(), error: null }];
  const blank = { field: field(), draft: field(), pastes: [], back: 0, completion: null };
  talks.change(talk, { ...blank, outbox, top: null, chosen: null, note: null });
  const done = (next: Partial<OpenTalk['ui']>) =>
    talks.change(talk, { outbox: talk.ui.outbox.filter((one) => one.id !== id), ...next });
  try {
    if (!isLive(agent)) {
      const { notes } = await call('agent.resume', { agent: agent.id, prompt: text, images, env });
      return done({ note: notes[0] ?? sent });
    }
    const answer = await call('agent.prompt', { agent: agent.id, text, images, env });
    if (answer.receipt === 'not delivered') throw new Error(`Not delivered: ${answer.evidence.detail}`);
    done({ note: sent });
  } catch (error) {
    const note = sentence(error, store.getState());
    // What was written meanwhile is not overwritten: the one before is in the way back.
    if (talk.ui.field.text === '') done({ note, field: written, pastes });
    else done({ note, draft: written, back: 0 });
  }
}

/** The newest prompt of its queue comes back into the editor. */
export async function unqueue(bridge: Bridge, talk: OpenTalk, which?: { id: string; text: string }): Promise<void> {
  const { store, talks, call } = bridge;
  const one = which ?? store.getState().data.project?.agents[talk.agent]?.queue?.at(-1);
  if (!one) return talks.change(talk, { note: 'Nothing is queued.' });
  try {
    await call('agent.unqueue', { agent: talk.agent, id: one.id });
    const before = talk.ui.field.text;
    talks.change(talk, { field: field(before ? `${one.text}\n${before}` : one.text), note: 'Taken back.' });
  } catch (error) {
    talks.change(talk, { note: sentence(error, store.getState()) });
  }
}

export async function interrupt({ store, talks, call }: Bridge, agent: string): Promise<void> {
  const talk = talks.of(agent);
  talks.change(talk, { note: 'Interrupting…' });
  try {
    await call('agent.interrupt', { agent });
    talks.change(talk, { note: null });
  } catch (error) {
    const text = sentence(error, store.getState());
    talks.change(talk, { note: text });
    if (!talk.shown) store.say('warning', text);
  }
}

/** The next permission mode, as the agents' own screens do it. */
export async function cycleMode({ store, talks, call }: Bridge, talk: OpenTalk): Promise<void> {
  const agent = store.getState().data.project?.agents[talk.agent];
  const modes = agent?.modes ?? [];
  if (!agent || modes.length < 2) return talks.change(talk, { note: 'It has no other modes to switch to.' });
  const next = modes[(modes.findIndex(({ id }) => id === agent.mode) + 1) % modes.length]!;
  try {
    await call('agent.configure', { agent: agent.id, mode: next.id });
    talks.change(talk, { note: `Mode: ${next.name}` });
  } catch (error) {
    talks.change(talk, { note: sentence(error, store.getState()) });
  }
}
