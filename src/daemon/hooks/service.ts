import { isLive } from '../../core/lifecycle.ts';
import { approvalId } from '../../runtimes/approval-id.ts';
import { decisionOf } from '../../runtimes/hooks/decision.ts';
import { HookDecoder } from '../../runtimes/hooks/decoder.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { Answer, Approval } from '../../schema/approval.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { HookReport } from '../../schema/hook.ts';
import { readRecord } from '../../storage/record.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { HeldHooks } from './held.ts';
import { takeLeft } from './left.ts';

/** Codex shows its own dialog only after its hook: longer than a rule takes, a request is not held. Milliseconds. */
const RULE_MS = 800;
/** A hook that went away may have lost its daemon alone: it comes again within this time. Milliseconds. */
const AGAIN_MS = 3000;

interface Life {
  decoder: HookDecoder;
  /** Reports that are on record. */
  seen: Set<string>;
  /** Ends when everything that was told so far is on record. */
  told: Promise<unknown>;
}

type Needs = Pick<Context, 'root' | 'store' | 'hosts' | 'log'> & { approvals(): Context['approvals'] };

/** Reports of hooks, taken one after the other per agent; requests for permission are held open until they are answered. */
export class Hooks {
  readonly #needs: Needs;
  readonly #lives = new Map<string, Life>();
  readonly #held = new HeldHooks();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** What a hook reports now, after what was left by others while no daemon was there. Resolves with what it prints. */
  async take(report: HookReport, signal: AbortSignal): Promise<string> {
    await this.takeLeft();
    const waits = await this.#inTurn(report);
    if (typeof waits === 'string') return waits;
    const giveUp = (detail: string) => this.#withdraw(report, waits.id, detail);
    const { output } = waits;
    if (report.source === 'codex') this.#after(RULE_MS, () => giveUp('Codex asks in its own dialog'));
    signal.addEventListener('abort', () => {
      this.#after(AGAIN_MS, () => {
        if (this.#held.output(waits.id) === output) giveUp('its hook has ended');
      });
    });
    return output;
  }

  /** Takes what hooks left in files, and gives those that waited for the last daemon time to come back. */
  async takeUp(): Promise<void> {
    await this.takeLeft();
    for (const { id, approvals = [] } of this.#needs.store.all().filter(isLive)) {
      const left = approvals.filter(({ via }) => via.type === 'hook');
      if (left.length === 0) continue;
      this.#after(AGAIN_MS, () => {
        const gone = left.filter((one) => this.#held.output(one.id) === undefined);
        this.#needs.approvals().withdraw(id, gone, { who: 'withdrawn', detail: 'its hook has ended' });
      });
    }
  }

  async takeLeft(): Promise<void> {
    await takeLeft(this.#needs.root, this.#needs.log, (report) => this.#inTurn(report));
  }

  /** Ends the hook of a request with what was decided. `conflict`: it is held no more. */
  async answer(agent: Agent, approval: Approval, answer: Answer): Promise<boolean> {
    if (this.#held.answer(approval.id, answer)) return true;
    const hint = `Nothing was sent. boocode attach ${agent.name} shows what it asks.`;
    throw new BooError('conflict', `the hook of ${agent.name} does not wait for it any more`, hint);
  }

  /** What else ends requests, or lives. */
  follow(id: string, event: AgentEvent): void {
    if (event.type === 'answered') {
      this.#held.release(event.id);
      for (const [child, { decoder }] of this.#lives) if (child.startsWith(`${id}.`)) decoder.forget(event.id);
    }
    if (event.type !== 'exited' && event.type !== 'hostLost' && event.type !== 'removed') return;
    this.#held.releaseAll(id);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    // Hooks that are held find the next daemon by themselves: their connections end with this one.
    this.#held.clear();
  }

  #withdraw({ child }: HookReport, approval: string, detail: string): void {
    const agent = this.#agentOf(child);
    const open = agent?.approvals?.filter(({ id }) => id === approval) ?? [];
    if (agent) this.#needs.approvals().withdraw(agent.id, open, { who: 'withdrawn', detail });
    this.#held.release(approval);
  }

  /** Records what a report says, once. Resolves with what is printed now, or with the request that waits for an answer. */
  async #inTurn(report: HookReport): Promise<string | { id: string; output: Promise<string> }> {
    const agent = this.#agentOf(report.child);
    if (!agent) return '';
    const life = this.#lifeOf(agent);
    const next = life.told.then(() => this.#record(agent, life, report));
    life.told = next.catch(() => {});
    await next;
    const id = approvalId(agent, report.id);
    const output = this.#held.output(id);
    return output ? { id, output } : this.#decided(agent, id, report);
  }

  async #record(agent: Agent, { decoder, seen }: Life, report: HookReport): Promise<void> {
    const { store } = this.#needs;
    const { id, epoch } = agent;
    if (seen.has(report.id)) {
      const approval = approvalId(agent, report.id);
      const waits = store.get().agents[id]?.approvals?.some((one) => one.id === approval);
      if (waits) void this.#held.hold(approval, id, report);
      return;
    }
    const line = report.payload.includes('"UserPromptSubmit"') ? await this.#lineOf(agent) : null;
    seen.add(report.id);
    const host = `hook:${report.id}`;
    for (const [part, one] of decoder.decode(report, line).entries()) {
      const present = store.get().agents[id];
      if (!present) return;
      // Its screen may have told so before.
      if (one.type === 'answered' && !present.approvals?.some((open) => open.id === one.id)) continue;
      // Whoever answers, a rule perhaps, finds it held.
      if (one.type === 'asked') void this.#held.hold(one.approval.id, id, report);
      const from = one.type === 'session' ? {} : { from: { host, seq: Math.trunc(report.at), part } };
      store.owe(id, { ...one, ...from }, { at: report.at, epoch });
    }
  }

  /** A hook that lost its daemon after somebody had decided is told so now. */
  #decided({ id }: Agent, approval: string, { payload }: HookReport): string {
    if (!payload.includes('"PermissionRequest"')) return '';
    const past = readRecord({ root: this.#needs.root, id, after: 0 });
    const answered = past.findLast(({ event }) => event.type === 'answered' && event.id === approval)?.event;
    return answered?.type === 'answered' && answered.answer ? decisionOf(payload, answered.answer) : '';
  }

  #after(ms: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, ms);
    this.#timers.add(timer);
  }

  /** Only of its present life. */
  #agentOf(child: string): Agent | null {
    const agent = this.#needs.store.get().agents[child.slice(0, child.lastIndexOf('.'))];
    return agent && childId(agent) === child ? agent : null;
  }

  #lifeOf(agent: Agent): Life {
    const child = childId(agent);
    const known = this.#lives.get(child);
    if (known) return known;
    for (const other of this.#lives.keys()) if (other.startsWith(`${agent.id}.`)) this.#lives.delete(other);
    const past = readRecord({ root: this.#needs.root, id: agent.id, after: 0 }).map(({ event }) => event);
    const seen = past.flatMap((event) => ('from' in event && event.from ? event.from.host.replace(/^hook:/, '') : []));
    const life = { decoder: new HookDecoder(agent, past), seen: new Set(seen), told: Promise.resolve() };
    this.#lives.set(child, life);
    return life;
  }

  /** The newest line of its history: where a turn that begins now stands. */
  async #lineOf(agent: Agent): Promise<number | null> {
    try {
      const link = agent.host === null ? undefined : this.#needs.hosts.get(agent.host);
      const asked = { child: childId(agent), from: null, count: 1, styled: false };
      return link ? (await link.call('history', asked)).total : null;
    } catch (error) {
      this.#needs.log.debug(`where a turn of ${agent.name} begins is not known: ${messageOf(error)}`);
      return null;
    }
  }
}
