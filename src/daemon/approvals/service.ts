import { isOwnLook } from '../../core/approvals/own-tools.ts';
import { decideWithGrants, ruleOf, ruleText } from '../../core/approvals/rules.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Answer, Answerer, Approval, ApprovalRule, Via } from '../../schema/approval.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { allow } from '../../storage/allowed.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import type { ConfigService } from '../config.ts';
import type { Pool } from '../hosts/pool.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import { beyondOf } from './capability.ts';
import { find, type Open, openOf } from './find.ts';
import { Grants, requestOf, wholeOf } from './grants.ts';
import { type OnScreen, ScreenAsks } from './screens.ts';

/**
 * Brings an answer to the agent. Resolves when it is there; false: a daemon that ended before it could record it had brought one, and
 * nothing was sent. `conflict`: the request is open no more, nothing was sent.
 */
export type Send = (agent: Agent, approval: Approval, answer: Answer) => Promise<boolean>;

export interface ApprovalsOptions {
  root: string;
  store: Store;
  config: ConfigService;
  log: Log;
  hosts(): Pool;
  /** What an agent's screen showed last. */
  screenOf(id: string): OnScreen | null;
  /** How answers reach agents. */
  send: Record<Via['type'], Send>;
  /** A request that was to be answered by a rule waits for a person after all. */
  onLeft(id: string, event: AgentEvent): void;
}

export interface Answered {
  agent: string;
  approval: Approval;
  /** Written with `always`, in force for the rest of its life with `session`. */
  rule: ApprovalRule | null;
}

type Asked = Extract<AgentEvent, { type: 'asked' }>;

const AUTO: Answerer = { who: 'rule', detail: 'everything is allowed unasked (--auto-approve)' };
const OWN: Answerer = { who: 'rule', detail: 'a tool of BooCode that changes nothing' };
/** How many requests that ended are known by how. */
const KNOWN = 500;
const BEFORE: Answerer = { who: 'elsewhere', detail: 'it was answered just before the daemon ended' };
const NOBODY = 'Nobody is there to answer: decide it yourself, and say how you decided.';

/** All requests that wait: who may answer them, by which rule they need not wait, and that each is answered once. */
export class Approvals {
  readonly #options: ApprovalsOptions;
  readonly #grants: Grants;
  /** Those that stand on screens. */
  readonly screens: ScreenAsks;
  /** Requests whose answer is on its way. */
  readonly #sending = new Set<string>();

  /** How requests ended, by their ids: the newest of them. */
  readonly #closed = new Map<string, string>();

  constructor(options: ApprovalsOptions) {
    this.#options = options;
    this.#grants = new Grants(options.root);
    const withdraw: Approvals['withdraw'] = (id, approvals, by) => this.withdraw(id, approvals, by);
    this.screens = new ScreenAsks({ ...options, withdraw });
  }

  /** Looks at a request that was recorded just now. True: a rule answers it, nobody need be told that it waits. */
  asked(id: string, event: Asked): boolean {
    const agent = this.#options.store.get().agents[id];
    const answer = agent && this.#unasked(agent, event.approval);
    if (!answer) return false;
    // Whoever reports it is in the middle of a line that may say more.
    queueMicrotask(() => {
      this.#deliver({ agent, approval: event.approval }, answer.answer, answer.by).catch((error) => {
        this.#options.log.warn(`${agent.name}: ${event.approval.title} was not answered by rule: ${messageOf(error)}`);
        const still = this.#options.store.get().agents[id]?.approvals?.some((one) => one.id === event.approval.id);
        if (still) this.#options.onLeft(id, event);
      });
    });
    return true;
  }

  /** Asks the rules again about everything that waits: they have changed, or a daemon came back. */
  reconsider(): void {
    for (const { agent, approval } of openOf(this.#options.store)) {
      const answer = this.#unasked(agent, wholeOf(this.#options.root, agent, approval));
      if (!answer || this.#sending.has(approval.id)) continue;
      this.#deliver({ agent, approval }, answer.answer, answer.by).catch((error) =>
        this.#options.log.warn(`${agent.name}: ${approval.title} was not answered by rule: ${messageOf(error)}`),
      );
    }
  }

  /** A person's answer. `id` may be a unique prefix. */
  async answer(query: string, answer: Answer): Promise<Answered> {
    const { root, store } = this.#options;
    const found = find(store, query, this.#closed);
    const { agent, approval } = found;
    const rule = this.#check(found, answer);
    await this.#deliver(found, answer, { who: 'person', detail: '' });
    if (rule && answer.verdict === 'always') keep(root, rule);
    if (rule) this.reconsider();
    return { agent: agent.id, approval, rule };
  }

  /** Requests that are open no more because of what else happened to their agent. */
  follow(id: string, event: AgentEvent): void {
    if (event.type === 'answered') {
      this.#close(event);
      this.screens.answered(id, event.id);
    }
    const agent = this.#options.store.get().agents[id];
    if (!agent) return void this.#grants.forget(id);
    const open = agent.approvals ?? [];
    if (open.length === 0) return;
    if (event.type === 'turnEnded') {
      // Whoever reports it may still say what became of them.
      const over = open.filter(({ turn, via }) => turn === event.turn && via.type !== 'screen');
      queueMicrotask(() => this.withdraw(id, over, { who: 'withdrawn', detail: 'its turn has ended' }));
    }
    // Its agent may have had an answer that nobody recorded.
    if (event.type === 'toolFinished') {
      const over = open.filter(({ call }) => call === event.call);
      queueMicrotask(() => this.withdraw(id, over, { who: 'elsewhere', detail: 'its tool call has ended' }));
    }
    // What overrules a hook's report of a question is its agent's screen, on which the question stood.
    if (event.type === 'status' && event.state !== 'waiting' && event.evidence.source === 'prompt') {
      const gone = open.filter(({ via }) => via.type === 'hook');
      this.withdraw(id, gone, { who: 'elsewhere', detail: 'its question is gone from its screen' });
    }
  }

  #close({ id, answer, by }: Extract<AgentEvent, { type: 'answered' }>): void {
    const what = answer === null ? '' : answer.verdict === 'deny' ? 'denied' : 'allowed';
    const whom = { person: 'by a person', rule: `by a rule (${by.detail})`, elsewhere: '', withdrawn: '' }[by.who];
    this.#closed.set(id, [what, whom].filter(Boolean).join(' ') || by.detail || 'it was withdrawn');
    const oldest = this.#closed.keys().next();
    if (this.#closed.size > KNOWN && !oldest.done) this.#closed.delete(oldest.value);
  }

  /** Takes back what nobody needs to answer any more. */
  withdraw(id: string, approvals: readonly Approval[], by: Answerer): void {
    const { store } = this.#options;
    for (const approval of approvals) {
      const open = store.get().agents[id]?.approvals?.some((one) => one.id === approval.id);
      if (open && !this.#sending.has(approval.id))
        store.owe(id, { type: 'answered', id: approval.id, answer: null, by });
    }
  }

  /** What a rule, a grant or `--auto-approve` answers. */
  #unasked(agent: Agent, approval: Approval): { answer: Answer; by: Answerer } | null {
    if (!isLive(agent)) return null;
    const beyond = beyondOf(this.#options.root, agent, approval);
    if (beyond) return beyond;
    const { config, allowed } = this.#options.config.get();
    const grants = [...this.#grants.of(agent), ...allowed.rules];
    const { action, rules } = decideWithGrants(requestOf(agent, approval), { rules: config.approvals, grants });
    const by: Answerer = { who: 'rule', detail: rules.map(ruleText).join(' + ') };
    const offers = (verdict: Answer['verdict']) => approval.verdicts.includes(verdict);
    if (action === 'deny' && offers('deny')) {
      const reason = rules.find((rule) => rule.reason)?.reason ?? `a rule forbids it: ${by.detail}`;
      return { answer: { verdict: 'deny', reason }, by };
    }
    if (action === 'allow' && offers('once')) return { answer: { verdict: 'once' }, by };
    if (rules.length === 0 && isOwnLook(approval.tool) && offers('once'))
      return { answer: { verdict: 'once' }, by: OWN };
    if (action === 'deny' || agent.unattended !== 'auto') return null;
    if (approval.kind === 'question') {
      return offers('deny') ? { answer: { verdict: 'deny', reason: NOBODY }, by: AUTO } : null;
    }
    return offers('once') ? { answer: { verdict: 'once' }, by: AUTO } : null;
  }

  /** Is it an answer to this request? Gives the rule that it makes. Throws `usage`. */
  #check({ agent, approval }: Open, { verdict, answers }: Answer): ApprovalRule | null {
    const { verdicts, kind, title } = approval;
    const refuse = (what: string, hint: string): never => {
      throw new BooError('usage', `${title}: ${what}`, hint);
    };
    if (kind === 'question' && verdict !== 'deny' && !answers) {
      refuse('it wants an answer, not a yes', 'Give one, or deny it.');
    }
    const lasting = verdict === 'session' || verdict === 'always';
    const rule = lasting ? ruleOf(requestOf(agent, wholeOf(this.#options.root, agent, approval))) : null;
    if (verdicts.includes(verdict) && (rule || verdict !== 'always')) return rule;
    if (lasting && rule && verdicts.includes('once')) return rule;
    if (lasting) refuse(`it cannot be allowed ${LASTING[verdict]}: no rule says just this again`, 'Allow it once.');
    return refuse(`it does not offer "${verdict}"`, `It offers: ${verdicts.join(', ')}.`);
  }

  /** Sends an answer once, and records it. */
  async #deliver({ agent, approval }: Open, answer: Answer, by: Answerer): Promise<void> {
    const { store, send } = this.#options;
    if (this.#sending.has(approval.id)) {
      throw new BooError('conflict', `somebody else is just answering it: ${approval.title}`, 'Nothing was sent.');
    }
    this.#sending.add(approval.id);
    try {
      const lasts = answer.verdict === 'session';
      const rule = lasts ? ruleOf(requestOf(agent, wholeOf(this.#options.root, agent, approval))) : null;
      const fresh = await send[approval.via.type](agent, approval, forAgent(approval, answer, rule));
      const now = store.get().agents[agent.id];
      if (now?.epoch !== agent.epoch || !now.approvals?.some(({ id }) => id === approval.id)) {
        const hint = `boocode show ${agent.name} says how it stands.`;
        throw new BooError('conflict', `the request ended while it was being answered: ${approval.title}`, hint);
      }
      const outcome = fresh ? { answer, by } : { answer: null, by: BEFORE };
      store.owe(agent.id, { type: 'answered', id: approval.id, ...outcome }, { epoch: agent.epoch });
      if (!fresh) {
        const hint = 'Nothing was sent now. What its agent does shows how it was answered.';
        throw new BooError('conflict', `${approval.title}: ${BEFORE.detail}`, hint);
      }
      if (rule) this.#grants.add(agent, rule);
    } finally {
      this.#sending.delete(approval.id);
    }
  }
}

const LASTING = { session: 'for the session', always: 'for good' };

/**
 * What the agent is told. What is allowed for longer than once is a rule of ours alone: an agent would mean more by it (after one edit
 * Claude Code also deletes unasked), and what it does not ask for no rule of the config could deny; some write theirs into the
 * repository. Its own answer for the session is for what no rule of ours says again.
 */
const forAgent = ({ verdicts }: Approval, answer: Answer, rule: ApprovalRule | null): Answer => {
  const native = answer.verdict === 'session' && rule === null && verdicts.includes('session');
  const lasting = answer.verdict === 'session' || answer.verdict === 'always';
  return lasting && !native ? { ...answer, verdict: 'once' } : answer;
};

function keep(root: string, rule: ApprovalRule): void {
  try {
    allow(root, rule);
  } catch (error) {
    const message = `it was allowed once, but the rule could not be written: ${messageOf(error)}`;
    throw new BooError('failed', message, 'Put it into your config by hand.', { cause: error });
  }
}
