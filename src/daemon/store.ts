import { createStore as createZustand } from 'zustand/vanilla';
import { isActivity } from '../core/activity.ts';
import { isLive } from '../core/lifecycle.ts';
import { reduce } from '../core/reduce.ts';
import type { Agent } from '../schema/agent.ts';
import type { AgentEvent } from '../schema/event.ts';
import type { SavedSearch } from '../schema/search.ts';
import type { HostRef, ProjectState, StateFile } from '../schema/state.ts';
import { BooError } from '../util/errors.ts';
import { createDebts } from './debts.ts';
import { createRecords, type RecordsOptions } from './records.ts';

/** An event as the services state it: the store adds the time and the agent's present epoch. */
type WithoutStamp<E> = E extends unknown ? Omit<E, 'at' | 'epoch'> : never;
export type Fact = WithoutStamp<AgentEvent>;
type Stamp = { at?: number; epoch?: number };
/** `seq`: its number in the agent's record; 0 when it is in none. */
type Listener = (id: string, event: AgentEvent, agent: Agent | undefined, seq: number) => void;

/** Is part of what happened even when it changes nothing. */
const isHistory = (event: AgentEvent) => event.type === 'prompted' || isActivity(event);

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
  /**
   * As `record`, for what has happened already and cannot be taken back: when it cannot be written now it is as soon as
   * that is possible, before anything newer of this agent. Returns whether it is written.
   */
  owe(id: string, fact: Fact, stamp?: Stamp): boolean;
  /** Forgets an agent that never was, whose record could not be written on; to the listeners it is removed. */
  drop(id: string): void;
  setHosts(hosts: HostRef[]): void;
  setSearches(searches: SavedSearch[]): void;
  onEvent(listener: Listener): () => void;
  onChange(listener: () => void): () => void;
  /** As `Records.remake`. */
  remakeRecords(): number;
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
  trouble,
  ensure = () => {},
}: Omit<RecordsOptions, 'living' | 'ensure'> & { state: ProjectState; ensure?(): void }): Store {
  const store = createZustand<ProjectState>(() => state);
  const listeners = new Set<Listener>();
  const debts = createDebts();
  const living = Object.values(state.agents).flatMap((agent) => (isLive(agent) ? [agent.id] : []));
  const records = createRecords({ root, log, reach, trouble, living, ensure });

  const tell: Listener = (id, event, agent, seq) => {
    for (const listener of listeners) listener(id, event, agent, seq);
  };
  const put = (id: string, fact: Fact, stamp: Stamp) => {
    const old = store.getState();
    const epoch = stamp.epoch ?? old.agents[id]?.epoch ?? 1;
    const event = { ...fact, at: stamp.at ?? Date.now(), epoch } as AgentEvent;
    const next = reduce(old, id, event);
    if (next === old && !(old.agents[id] && isHistory(event) && old.agents[id].epoch === event.epoch)) return;
    const seq = records.write(id, event, { before: old.agents[id], after: next.agents[id] });
    store.setState(next, true);
    tell(id, event, next.agents[id], seq);
  };
  const record: Store['record'] = (id, fact, stamp = {}) => {
    debts.pay(id);
    put(id, fact, stamp);
  };

  return {
    get: store.getState,
    agent: (id) => agentOf(store.getState(), id),
    all: () => Object.values(store.getState().agents),
    record,
    owe(id, fact, stamp = {}) {
      const whole = { at: Date.now(), epoch: store.getState().agents[id]?.epoch ?? 1, ...stamp };
      return debts.owe(id, () => put(id, fact, whole));
    },
    drop(id) {
      const event = {
        type: 'removed',
        savedRef: null,
        at: Date.now(),
        epoch: agentOf(store.getState(), id).epoch,
      } as const;
      debts.forget(id);
      records.drop(id);
      store.setState(reduce(store.getState(), id, event), true);
      tell(id, event, undefined, 0);
    },
    setHosts: (hosts) => store.setState({ hosts }),
    setSearches: (searches) => store.setState({ searches }),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onChange: (listener) => store.subscribe(listener),
    remakeRecords: records.remake,
    reach: records.reach,
    close() {
      debts.close();
      records.close();
    },
  };
}

function agentOf({ agents }: ProjectState, id: string): Agent {
  const agent = agents[id];
  if (!agent) throw new BooError('not_found', `the agent ${id} has been removed`, 'boocode ls lists those there are.');
  return agent;
}
