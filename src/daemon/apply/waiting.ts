import { decisionOf, pieceIds } from '../../core/review.ts';
import { isBetweenTurns } from '../../core/turn.ts';
import type { RawChange } from '../../git/changes.ts';
import type { Agent } from '../../schema/agent.ts';
import type { WaitingReject } from '../../schema/operation.ts';
import { readWaiting, writeWaiting } from '../../storage/operations.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { Chosen } from './chosen.ts';
import { carryOutReject } from './reject.ts';

/** How long a quiet agent stays quiet before its turn counts as over, in milliseconds: between two tools it is idle for a blink. */
const SETTLE_MS = 300;

/** Rejects that wait for the end of a turn; they are on the disk, and wait on after a restart. */
export class Rejects {
  readonly #ctx: () => Context;
  #waiting: WaitingReject[] = [];
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #undo: () => void;
  #closed = false;

  constructor(ctx: () => Context, store: Context['store']) {
    this.#ctx = ctx;
    this.#undo = store.onEvent((id, event) => {
      if (event.type === 'removed') this.#forget(id);
      else this.#look(id);
    });
  }

  /** Takes up what waited when the last daemon ended. */
  async load(): Promise<void> {
    this.#waiting = await readWaiting(this.#ctx().root);
    for (const id of new Set(this.#waiting.map(({ agentId }) => agentId))) this.#look(id);
  }

  wait(more: readonly WaitingReject[]): void {
    const isSame = (a: WaitingReject, b: WaitingReject) => a.agentId === b.agentId && a.file === b.file;
    const pieces = (old: WaitingReject) =>
      old.pieces.filter((piece) => !more.some((one) => isSame(one, old) && one.pieces.includes(piece)));
    const kept = this.#waiting.map((old) => ({ ...old, pieces: pieces(old) })).filter((old) => old.pieces.length > 0);
    this.#set([...kept, ...more]);
  }

  /** These are taken out, or decided otherwise. */
  drop(id: string, chosen: readonly Chosen[]): void {
    const ids = new Map(chosen.map(({ change, ids: pieces }) => [change.file, new Set(pieces)]));
    if (!this.#waiting.some(({ agentId, file }) => agentId === id && ids.has(file))) return;
    const rest = this.#waiting.map((one) =>
      one.agentId === id ? { ...one, pieces: one.pieces.filter((piece) => !ids.get(one.file)?.has(piece)) } : one,
    );
    this.#set(rest.filter(({ pieces }) => pieces.length > 0));
  }

  close(): void {
    this.#closed = true;
    this.#undo();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Writes again what somebody has taken away. */
  remake(): void {
    if (this.#waiting.length > 0) this.#set(this.#waiting);
  }

  #set(waiting: WaitingReject[]): void {
    writeWaiting(this.#ctx().root, waiting);
    this.#waiting = waiting;
  }

  #forget(id: string): void {
    if (this.#waiting.some(({ agentId }) => agentId === id))
      this.#set(this.#waiting.filter(({ agentId }) => agentId !== id));
  }

  #look(id: string): void {
    const { store } = this.#ctx();
    const agent = store.get().agents[id];
    if (this.#closed || !agent || !this.#waiting.some(({ agentId }) => agentId === id)) return;
    if (!isBetweenTurns(agent.status)) {
      clearTimeout(this.#timers.get(id));
      this.#timers.delete(id);
    } else if (!this.#timers.has(id)) {
      const timer = setTimeout(() => {
        this.#timers.delete(id);
        void this.#carryOut(id);
      }, SETTLE_MS);
      this.#timers.set(id, timer);
    }
  }

  async #carryOut(id: string): Promise<void> {
    const ctx = this.#ctx();
    const mine = this.#waiting.filter(({ agentId }) => agentId === id);
    try {
      for (const [reason, list] of Map.groupBy(mine, (one) => one.reason)) {
        // What the agent took out by itself, or the person decided otherwise, waits no more.
        this.#set(this.#waiting.filter((one) => !list.includes(one)));
        const choose = (agent: Agent, changes: readonly RawChange[]) => stillThere(agent, changes, list);
        const { name } = ctx.store.agent(id);
        if (choose(ctx.store.agent(id), (await ctx.changes.of(id, true)).changes).length === 0) continue;
        this.#say(await carryOutReject(ctx, ctx.store.agent(id), { choose, reason }), name);
      }
    } catch (error) {
      ctx.publish('message', {
        level: 'error',
        text: `What you rejected of ${ctx.store.get().agents[id]?.name ?? id} is still there: ${messageOf(error)}.`,
      });
    }
  }

  #say({ operation, told, untold }: Awaited<ReturnType<typeof carryOutReject>>, name: string): void {
    const { publish } = this.#ctx();
    const bad = operation?.files.filter(({ outcome }) => outcome === 'conflict' || outcome === 'refused') ?? [];
    const why = bad.map(({ file, reason }) => `${file}: ${reason}`).join('; ');
    if (bad.length > 0)
      publish('message', { level: 'error', text: `What you rejected of ${name} is still there: ${why}.` });
    else
      publish('message', {
        level: 'info',
        text: `What you rejected of ${name} is taken out; ${told ? `it was told: ${told.receipt}` : `it was not told: ${untold}`}.`,
      });
  }
}

/** What of these still stands there and is still rejected. */
function stillThere(agent: Agent, changes: readonly RawChange[], list: readonly WaitingReject[]): Chosen[] {
  return list.flatMap(({ file, pieces }): Chosen[] => {
    const change = changes.find((one) => one.file === file);
    const there = change ? pieceIds(change) : [];
    const stands = (piece: string) => decisionOf(agent.review?.[file], piece) === 'rejected';
    const ids = pieces.filter((piece) => there.includes(piece) && stands(piece));
    return change && ids.length > 0 ? [{ change, ids }] : [];
  });
}
