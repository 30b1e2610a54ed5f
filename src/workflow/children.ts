import { tokenSum } from '../core/traces/totals.ts';
import type { Agent } from '../schema/agent.ts';
import type { DaemonNotes } from '../schema/daemon.ts';
import type { Hearing } from './client.ts';

export interface Spent {
  tokens: number;
  usd: number;
}

const sumOf = (tokens: Agent['tokens']) => (tokens ? tokenSum(tokens) : 0);

interface Child extends Spent {
  /** Of the call that it carries out. */
  key: string | null;
}

/** The agents of a run: which calls they carry out, and what they have used, heard while they work. */
export class Children implements Hearing {
  readonly #each = new Map<string, Child>();
  /** Keys of the calls that an agent was started for. */
  readonly #keys = new Set<string>();
  /** Keys of the calls that were made in this life of the run. */
  readonly #asked = new Set<string>();
  readonly #listeners = new Set<(spent: Spent) => void>();

  /** Of all its agents. */
  get total(): Spent {
    return this.#sum(() => true);
  }

  /**
   * Told at once, and whenever it has changed, what the agents of those calls have used that were made in this life: a run that begins
   * again after a crash is to see what it saw before. Gives its undo.
   */
  onSpent(listener: (spent: Spent) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#seen());
    return () => this.#listeners.delete(listener);
  }

  /** This call is made now. True: an agent was started for it before. */
  ask(key: string): boolean {
    this.#asked.add(key);
    const known = this.#keys.has(key);
    if (known) this.#tell();
    return known;
  }

  agents(agents: readonly Agent[]): void {
    for (const agent of agents) this.agent(agent);
  }

  event({ agent, event }: DaemonNotes['event']): void {
    if (event.type === 'created') this.agent(event.agent);
    const before = event.type === 'used' ? this.#each.get(agent) : undefined;
    if (event.type !== 'used' || !before) return;
    const { tokens, usd } = before;
    this.#set(agent, { ...before, tokens: tokens + sumOf(event.tokens), usd: usd + (event.usd ?? 0) });
  }

  /** The newest whole of one agent: what was heard of it counts no more. */
  agent({ id, tokens, cost, call }: Agent): void {
    if (call) this.#keys.add(call.key);
    this.#set(id, { key: call?.key ?? null, tokens: sumOf(tokens), usd: cost?.usd ?? 0 });
  }

  #set(id: string, child: Child): void {
    const before = this.#each.get(id);
    this.#each.set(id, child);
    if (before?.tokens !== child.tokens || before.usd !== child.usd) this.#tell();
  }

  #tell(): void {
    if (this.#listeners.size === 0) return;
    const seen = this.#seen();
    for (const listener of this.#listeners) listener(seen);
  }

  #seen = () => this.#sum(({ key }) => key === null || this.#asked.has(key));

  #sum(counts: (child: Child) => boolean): Spent {
    const sum = { tokens: 0, usd: 0 };
    for (const child of this.#each.values()) {
      if (!counts(child)) continue;
      sum.tokens += child.tokens;
      sum.usd += child.usd;
    }
    return sum;
  }
}
