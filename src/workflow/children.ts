import { tokenSum } from '../core/traces/totals.ts';
import type { Agent } from '../schema/agent.ts';
import type { DaemonNotes } from '../schema/daemon.ts';
import type { ProjectState } from '../schema/state.ts';
import type { Hearing } from './client.ts';

export interface Spent {
  tokens: number;
  usd: number;
}

const sumOf = (tokens: Agent['tokens']) => (tokens ? tokenSum(tokens) : 0);

/** The agents of a run: which calls they carry out, and what they have used, heard while they work. */
export class Children implements Hearing {
  readonly #run: string;
  readonly #each = new Map<string, Spent>();
  /** Keys of the calls that an agent was started for. */
  readonly #keys = new Set<string>();
  readonly #total: Spent = { tokens: 0, usd: 0 };
  readonly #listeners = new Set<(spent: Spent) => void>();

  constructor(run: string) {
    this.#run = run;
  }

  get total(): Spent {
    return { ...this.#total };
  }

  /** Told at once, and whenever it has changed. Gives its undo. */
  onSpent(listener: (spent: Spent) => void): () => void {
    this.#listeners.add(listener);
    listener(this.total);
    return () => this.#listeners.delete(listener);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  state({ agents }: ProjectState): void {
    for (const agent of Object.values(agents)) if (agent.parentId === this.#run) this.agent(agent);
  }

  event({ agent, event }: DaemonNotes['event']): void {
    if (event.type === 'created' && event.agent.parentId === this.#run) this.agent(event.agent);
    const before = event.type === 'used' ? this.#each.get(agent) : undefined;
    if (event.type !== 'used' || !before) return;
    this.#set(agent, { tokens: before.tokens + sumOf(event.tokens), usd: before.usd + (event.usd ?? 0) });
  }

  /** The newest whole of one agent: what was heard of it counts no more. */
  agent({ id, tokens, cost, call }: Agent): void {
    if (call) this.#keys.add(call.key);
    this.#set(id, { tokens: sumOf(tokens), usd: cost?.usd ?? 0 });
  }

  #set(id: string, spent: Spent): void {
    const before = this.#each.get(id) ?? { tokens: 0, usd: 0 };
    this.#each.set(id, spent);
    if (before.tokens === spent.tokens && before.usd === spent.usd) return;
    this.#total.tokens += spent.tokens - before.tokens;
    this.#total.usd += spent.usd - before.usd;
    for (const listener of this.#listeners) listener(this.total);
  }
}
