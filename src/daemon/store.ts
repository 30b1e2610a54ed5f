import { createStore as createZustand } from 'zustand/vanilla';
import { isLive } from '../core/lifecycle.ts';
import { reduce } from '../core/reduce.ts';
import type { Agent } from '../schema/agent.ts';
import type { AgentEvent } from '../schema/event.ts';
import type { HostRef, ProjectState, StateFile } from '../schema/state.ts';
import { createRecord, openRecord, type Record as SessionRecord } from '../storage/record.ts';
import { BooError, messageOf } from '../util/errors.ts';
import type { Log } from './log.ts';

/** An event as the services state it: the store adds the time and the agent's present epoch. */
type WithoutStamp<E> = E extends unknown ? Omit<E, 'at' | 'epoch'> : never;
export type Fact = WithoutStamp<AgentEvent>;
type Stamp = { at?: number; epoch?: number };
type Listener = (id: string, event: AgentEvent, agent: Agent | undefined) => void;

export interface Store {
  get(): ProjectState;
  /** The agent of this id; throws `not_found` when it has been removed meanwhile. */
  agent(id: string): Agent;
  all(): Agent[];
  /**
   * Writes an event to the agent's record, then folds it, then tells the listeners. What would change nothing is not
   * written (prompts are: they are part of what happened). Throws when the record cannot be written: nothing is folded.
   */
  record(id: string, fact: Fact, stamp?: Stamp): void;
  setHosts(hosts: HostRef[]): void;
  onEvent(listener: Listener): () => void;
  onChange(listener: () => void): () => void;
  /** How far `get()` reaches into each record. */
  reach(): StateFile['records'];
  close(): void;
}

/** The project's state in memory. Its only way of changing is an event that is on the disk first. */
export function createStore({
  root,
  log,
  state,
  reach,
}: {
  root: string;
  log: Log;
  state: ProjectState;
  reach: StateFile['records'];
}): Store {
  const store = createZustand<ProjectState>(() => state);
  const open = new Map<string, SessionRecord>();
  const known = { ...reach };
  const listeners = new Set<Listener>();

  const recordOf = (id: string): SessionRecord => {
    const present = open.get(id) ?? openRecord({ root, id, onNotice: log.warn });
    if (present) return present;
    const fresh = createRecord({ root, id });
    const agent = store.getState().agents[id];
    // A record that somebody deleted begins again with what is known of its agent.
    if (agent) fresh.append({ type: 'created', at: Date.now(), epoch: agent.epoch, agent });
    return fresh;
  };

  const write = (id: string, event: AgentEvent, next: Agent | undefined) => {
    const record = recordOf(id);
    open.set(id, record);
    record.append(event);
    try {
      if (next) record.setState(next.status.state);
    } catch (error) {
      log.warn(`the record of ${id} could not be renamed: ${messageOf(error)}`);
    }
    known[id] = { file: record.file, seq: record.seq };
    if (next && isLive(next)) return;
    open.delete(id);
    record.close();
  };

  return {
    get: store.getState,
    agent(id) {
      const agent = store.getState().agents[id];
      if (!agent)
        throw new BooError('not_found', `the agent ${id} has been removed`, 'boocode ls lists those there are.');
      return agent;
    },
    all: () => Object.values(store.getState().agents),
    record(id, fact, stamp = {}) {
      const old = store.getState();
      const epoch = stamp.epoch ?? old.agents[id]?.epoch ?? 1;
      const event = { ...fact, at: stamp.at ?? Date.now(), epoch } as AgentEvent;
      const next = reduce(old, id, event);
      if (next === old && (event.type !== 'prompted' || !old.agents[id])) return;
      write(id, event, next.agents[id]);
      store.setState(next, true);
      for (const listener of listeners) listener(id, event, next.agents[id]);
    },
    setHosts: (hosts) => store.setState({ hosts }),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onChange: (listener) => store.subscribe(listener),
    reach: () => known,
    close() {
      for (const record of open.values()) record.close();
      open.clear();
    },
  };
}
