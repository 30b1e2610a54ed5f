import type { Answer, Approval } from '../../schema/approval.ts';
import type { BridgeIn, BridgeOut } from '../../schema/bridge.ts';
import type { Report } from '../../schema/event.ts';
import { messageOf } from '../../util/errors.ts';
import { remember } from '../agent.ts';
import { CHAT_HELP, scriptOf } from './script.ts';
import { type ChatSession, openSession, saveSession } from './session.ts';
import { type ChatStage, playStep, TurnFailed, type Wish } from './steps.ts';

const MODELS = ['demo-small', 'demo-large'].map((id) => ({ id, name: id }));
/** ask: for every edit and command · edits: for commands · auto: for nothing. */
const MODES = ['ask', 'edits', 'auto'].map((id) => ({ id, name: id }));

type Prompt = Extract<BridgeIn, { do: 'prompt' }>['prompt'];

export interface ChatSetting {
  cwd: string;
  model: string | null;
  mode: string | null;
  /** Told before its session has begun: it ends there, as a program does that cannot begin. */
  abort: number | null;
  print(message: BridgeOut): void;
  raw: ChatStage['raw'];
  leave: ChatStage['leave'];
}

/** The scripted agent behind the bridge's protocol. */
export class ChatAgent {
  readonly #set: ChatSetting;
  #session: ChatSession | null = null;
  #model: string;
  #mode: string;
  #turn = 0;
  #count = 0;
  #running: AbortController | null = null;
  readonly #asked = new Map<string, (answer: Answer) => void>();
  readonly #allowed = new Set<string>();

  constructor(setting: ChatSetting) {
    this.#set = setting;
    this.#model = setting.model ?? 'demo-small';
    this.#mode = setting.mode ?? 'ask';
  }

  hear(message: BridgeIn): void {
    switch (message.do) {
      case 'start':
        this.#start(message);
        break;
      case 'prompt':
        void this.#play(message.prompt);
        break;
      case 'answer': {
        const { via } = message.approval;
        if (via.type === 'protocol') this.#asked.get(via.request)?.(message.answer);
        break;
      }
      case 'interrupt':
        this.#running?.abort(new Error('interrupted'));
        break;
      case 'configure':
        this.#model = message.model ?? this.#model;
        this.#mode = message.mode ?? this.#mode;
        this.#report({ type: 'configured', model: this.#model, mode: this.#mode });
    }
  }

  #start({ resume, prompt, turn }: Extract<BridgeIn, { do: 'start' }>): void {
    const { print, abort, leave } = this.#set;
    if (abort !== null) {
      void leave({ code: abort });
      return;
    }
    this.#turn = turn;
    this.#session = openSession(resume);
    if (!this.#session) {
      print({ boocode: 'refused', message: `there is no session ${resume}` });
      return;
    }
    saveSession(this.#session);
    this.#report({ type: 'session', sessionId: this.#session.id });
    const { length } = this.#session.prompts;
    this.#report({
      type: 'configured',
      model: this.#model,
      mode: this.#mode,
      models: MODELS,
      modes: MODES,
      version: '1',
    });
    if (resume !== null) this.#say(remember(length));
    if (prompt) void this.#play(prompt);
  }

  async #play({ id, text, images }: Prompt): Promise<void> {
    const session = this.#session;
    if (!session || this.#running) return;
    const abort = new AbortController();
    this.#running = abort;
    this.#turn += 1;
    const turn = this.#turn;
    const began = Date.now();
    session.prompts.push(text);
    saveSession(session);
    this.#set.print({
      boocode: 'receipt',
      prompt: id,
      receipt: 'submitted',
      evidence: { source: 'protocol', detail: 'the demo has read it' },
    });
    this.#report({ type: 'turnStarted', turn, prompt: text, model: this.#model });
    const ended = (outcome: 'completed' | 'interrupted' | 'failed', message: string | null) =>
      this.#report({ type: 'turnEnded', turn, outcome, message, durationMs: Date.now() - began });
    try {
      if (images.length > 0) this.#say(`I see ${images.length} ${images.length === 1 ? 'image' : 'images'}.`);
      const stage = this.#stage(turn, abort.signal);
      for (const step of scriptOf(text, this.#set.cwd)) {
        await playStep(step.word === 'help' ? { ...step, rest: CHAT_HELP } : step, stage);
      }
      ended('completed', null);
    } catch (error) {
      const isInterrupt = abort.signal.aborted;
      if (!isInterrupt && !(error instanceof TurnFailed)) throw error;
      this.#closeOpen();
      ended(isInterrupt ? 'interrupted' : 'failed', isInterrupt ? null : messageOf(error));
    } finally {
      this.#running = null;
    }
  }

  readonly #open = new Set<string>();

  /** An interrupt leaves no call and no request open. */
  #closeOpen(): void {
    for (const id of this.#asked.keys()) {
      this.#report({
        type: 'answered',
        id,
        answer: null,
        by: { who: 'withdrawn', detail: 'its turn was interrupted' },
      });
    }
    this.#asked.clear();
    for (const call of this.#open) {
      const none = { output: '', error: null, diff: null, durationMs: null };
      this.#set.print({ boocode: 'report', report: { type: 'toolFinished', call, outcome: 'cancelled', ...none } });
    }
    this.#open.clear();
  }

  #stage(turn: number, signal: AbortSignal): ChatStage {
    const { cwd, print, raw, leave } = this.#set;
    return {
      cwd,
      turn,
      signal,
      raw,
      leave,
      report: (report) => this.#report(report),
      delta: (kind, item, text) => print({ boocode: 'delta', delta: { kind, item: this.#name(item), text } }),
      next: () => ++this.#count,
      ask: (wish) => this.#ask(wish, turn, signal),
    };
  }

  #ask(wish: Wish, turn: number, signal: AbortSignal): Promise<Answer> {
    const { kind, tool } = wish;
    const free = this.#mode === 'auto' || (this.#mode === 'edits' && tool === 'Edit') || this.#allowed.has(tool);
    if (kind === 'tool' && free) return Promise.resolve({ verdict: 'once' });
    const id = this.#name(`a${++this.#count}`);
    const approval: Approval = {
      id,
      at: Date.now(),
      turn,
      call: null,
      command: null,
      paths: [],
      diff: null,
      reason: null,
      questions: null,
      verdicts: kind === 'question' ? ['once', 'deny'] : ['once', 'session', 'always', 'deny'],
      takesReason: true,
      cut: false,
      via: { type: 'protocol', request: id },
      ...wish,
      ...(wish.call && { call: this.#name(wish.call) }),
    };
    this.#report({ type: 'asked', approval });
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      this.#asked.set(id, (answer) => {
        signal.removeEventListener('abort', stop);
        this.#asked.delete(id);
        if (answer.verdict === 'session' || answer.verdict === 'always') this.#allowed.add(tool);
        resolve(answer);
      });
    });
  }

  #say(text: string): void {
    this.#report({ type: 'said', item: `m${++this.#count}`, who: 'agent', text });
  }

  #report(report: Report): void {
    const named = this.#named(report);
    if (named.type === 'toolStarted') this.#open.add(named.call);
    if (named.type === 'toolFinished') this.#open.delete(named.call);
    this.#set.print({ boocode: 'report', report: named });
  }

  /** Items and calls are the agent's own for good: another life begins to count anew. */
  #named<R extends Report>(report: R): R {
    if ('item' in report) return { ...report, item: this.#name(report.item as string) };
    if ('call' in report) return { ...report, call: this.#name(report.call as string) };
    if ('key' in report) return { ...report, key: this.#name(report.key as string) };
    return report;
  }

  #name(local: string): string {
    return `${process.pid}-${local}`;
  }
}
