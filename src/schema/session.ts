import { Delta } from './activity.ts';
import { Agent } from './agent.ts';
import { Env } from './env.ts';
import { Receipt, RecordLine } from './event.ts';
import { Evidence } from './status.ts';
import * as z from './z.ts';

const agent = z.string();
const withAgent = z.object({ agent: Agent });

/** What a daemon answers of the sessions of agents (part of daemonMethods). */
export const sessionMethods = {
  /**
   * What is on record of an agent, oldest first: lines whose seq is greater than `after` (else the last ones), smaller than `before`.
   * What comes later is told by the topic `event`, with its seq. `more`: there are others between `after` and the first one given.
   */
  'session.events': {
    reads: true,
    params: z.object({
      agent,
      after: z.int().min(0),
      before: z.int().nullable(),
      limit: z.int().min(1).max(20_000),
      /** Only schema/activity, prompts, and what begins and ends lives. */
      activity: z.boolean(),
    }),
    result: z.object({ lines: z.array(RecordLine), last: z.int(), more: z.boolean() }),
  },
  /**
   * Goes on with the session of an ended agent in a new life, with a short prompt; `runtime`: opened the other way (its structured or
   * terminal sibling), a living one is stopped first. What the agent refuses is begun afresh with the full prompt, and said (`notes`).
   * Also lets a paused agent go on.
   */
  'agent.resume': {
    params: z.object({
      agent,
      prompt: z.string().optional(),
      /** Those of the prompt: paths of files. */
      images: z.array(z.string()).default([]),
      runtime: z.string().optional(),
      env: z.record(z.string(), z.string()),
    }),
    result: z.object({ agent: Agent, notes: z.array(z.string()) }),
  },
  /** Ends the turn that runs, as Esc does in an agent's own screen; its process goes on. `conflict`: none runs. */
  'agent.interrupt': { params: z.object({ agent }), result: withAgent },
  /** Switches model or permission mode while it runs. `conflict`: its runtime cannot. */
  'agent.configure': {
    params: z.object({ agent, model: z.string().optional(), mode: z.string().optional() }),
    result: withAgent,
  },
  /**
   * A prompt for the end of the turn that runs (at once between two). Images: paths of files. `env`: of who asks, for an agent that begins a
   * life with each prompt, where nobody knows any more what it was started with.
   */
  'agent.prompt': {
    params: z.object({
      agent,
      text: z.string(),
      images: z.array(z.string()).default([]),
      env: Env.optional(),
    }),
    result: z.object({ id: z.string(), queued: z.boolean(), receipt: Receipt, evidence: Evidence }),
  },
  /** Takes a prompt out of its queue. `conflict`: it has been given to it already. */
  'agent.unqueue': { params: z.object({ agent, id: z.string() }), result: withAgent },
  /** Files of an agent's folder that fit what is written behind an @, best first; those that git ignores are left out. */
  'agent.files': {
    reads: true,
    params: z.object({ agent, query: z.string().max(500), limit: z.int().min(1).max(500) }),
    result: z.object({ files: z.array(z.string()) }),
  },
};

/** What a daemon says of sessions unasked (part of daemonTopics). Deltas of about 30 ms are put together. */
export const sessionTopics = { deltas: z.object({ agent: z.string(), deltas: z.array(Delta) }) };
