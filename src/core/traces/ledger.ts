import type { Activity, AgentEvent, RecordLine } from '../../schema/event.ts';
import { checkCall, checkOf } from './checks.ts';
import type { Call, Owner, TurnEntry, Usage } from './entry.ts';
import { blankCall, blankTurn, ERROR_TEXT, HEAD, headOf, isError, PROMPT_TEXT } from './entry.ts';
import { countUse } from './use.ts';
import { end, Waits } from './waits.ts';

type Of<T extends Activity['type']> = Extract<Activity, { type: T }>;

/**
 * What one agent did, folded from its record event by event: its tool calls, turns and usage, each once however often it is
 * told. Takes no time and does no I/O: the same lines always give the same ledger.
 */
export class Ledger {
  readonly owner: Owner;
  /** Oldest first. */
  readonly calls: Call[] = [];
  readonly turns: TurnEntry[] = [];
  readonly usages: Usage[] = [];
  /** Why it was paused, and when, oldest first. */
  readonly pauses: { at: number; reason: string }[] = [];
  /** The last event that was folded in. */
  seq = 0;
  /** Counts what changed; grows with every event that changed something. */
  version = 0;
  #epoch = 1;
  /** When it was last heard of. */
  #last = 0;
  #model: string | null = null;
  /** The calls of the present life by the name that its agent gave them; those that run. */
  #known = new Map<string, Call>();
  readonly #open = new Set<Call>();
  readonly #counted = new Set<string>();
  readonly #waits = new Waits();

  constructor(owner: Owner) {
    this.owner = owner;
  }

  /** `place`: where the line stands in the record, kept with calls. Lines that were taken before are left out. */
  take({ seq, event }: RecordLine, place: number): void {
    if (seq <= this.seq) return;
    this.seq = seq;
    if (this.#begins(event)) return;
    if (event.epoch !== this.#epoch) return;
    this.#last = Math.max(this.#last, event.at);
    if (this.#fold(event, seq, place)) this.version += 1;
  }

  /** Has this event to do with lives? */
  #begins(event: AgentEvent): boolean {
    switch (event.type) {
      case 'created':
        this.owner.name = event.agent.name;
        this.#epoch = event.agent.epoch;
        this.#model = event.agent.model ?? null;
        return true;
      case 'restarted':
        if (event.epoch <= this.#epoch) return true;
        this.#over(event.at);
        this.#epoch = event.epoch;
        return true;
      case 'hostLost':
      case 'startFailed':
        // When that was is not known: its host may have been gone for days.
        if (event.epoch === this.#epoch) this.#over(this.#last);
        return true;
      case 'exited':
      case 'removed':
        if (event.epoch === this.#epoch) this.#over(event.at);
        return true;
      default:
        return false;
    }
  }

  #fold(event: AgentEvent, seq: number, place: number): boolean {
    switch (event.type) {
      case 'turnStarted':
        return this.#turnStarted(event, seq);
      case 'turnEnded':
        return this.#turnEnded(event, seq);
      case 'toolStarted':
        return this.#toolStarted(event, seq, place);
      case 'toolFinished':
        return this.#toolFinished(event, seq, place);
      case 'used':
        return this.#used(event, seq);
      case 'asked':
        return this.#asked(event);
      case 'answered':
        return this.#waits.answered(event);
      case 'checkBegan':
      case 'checkEnded':
        return this.#checked(event, seq, place);
      case 'configured':
        this.#model = event.model === undefined ? this.#model : event.model;
        return false;
      case 'paused':
        if (event.paused) this.pauses.push({ at: event.at, reason: event.reason });
        return event.paused;
      default:
        return false;
    }
  }

  /** The turn of this number; one that nobody announced begins with the first that is heard of it. */
  #turn(number: number, at: number, seq: number): TurnEntry {
    const found = this.turns.findLast(({ turn }) => turn === number);
    if (found) return found;
    const begun = { turn: number, epoch: this.#epoch, model: this.#model, startedAt: at, seq };
    const turn = { ...blankTurn(this.owner), ...begun };
    this.turns.push(turn);
    return turn;
  }

  #turnStarted(event: Of<'turnStarted'>, seq: number): boolean {
    if (event.model !== null) this.#model = event.model;
    const turn = this.#turn(event.turn, event.at, seq);
    turn.model = event.model ?? turn.model;
    turn.prompt = event.prompt === null ? turn.prompt : headOf(event.prompt, PROMPT_TEXT);
    turn.line = event.line ?? turn.line;
    // It goes on in a new life.
    if (turn.inferred) Object.assign(turn, { endedAt: null, outcome: null, inferred: false });
    return true;
  }

  #turnEnded(event: Of<'turnEnded'>, seq: number): boolean {
    const turn = this.#turn(event.turn, event.at, seq);
    if (turn.outcome !== null && !turn.inferred) return false;
    const { at: endedAt, durationMs, outcome, message } = event;
    Object.assign(turn, { endedAt, durationMs, outcome, message, inferred: false });
    end(turn, endedAt);
    // After a good end a tool may still go on in the background; nothing goes on after another.
    if (outcome !== 'completed') this.#cancel(endedAt, event.turn);
    return true;
  }

  #toolStarted(event: Of<'toolStarted'>, seq: number, place: number): boolean {
    const known = this.#known.get(event.call);
    const said = {
      tool: event.tool,
      kind: event.kind,
      title: headOf(event.title, HEAD),
      head: headOf(event.input, HEAD),
      inputLength: event.input.length,
      parent: event.parent ?? null,
      begun: place,
    };
    if (known && known.turn === event.turn) {
      Object.assign(known, said);
      return true;
    }
    const turn = this.#turn(event.turn, event.at, seq);
    turn.tools += 1;
    this.#add(event.call, seq, turn, { ...said, startedAt: event.at });
    return true;
  }

  #toolFinished(event: Of<'toolFinished'>, seq: number, place: number): boolean {
    const known = this.#known.get(event.call);
    if (known && known.outcome !== null && !known.inferred) return false;
    const call = known ?? this.#unannounced(event, seq, place);
    const { at: finishedAt, durationMs, outcome, tokens = null, usd = null } = event;
    const error = event.error === null ? null : headOf(event.error, ERROR_TEXT);
    const wasError = call.outcome !== null && isError(call.outcome);
    Object.assign(call, { finishedAt, durationMs, outcome, tokens, usd, error, inferred: false, ended: place });
    call.outputLength = event.output.length;
    end(call, finishedAt);
    this.#open.delete(call);
    if (isError(outcome) && !wasError) this.#turn(call.turn, finishedAt, seq).errors += 1;
    return true;
  }

  /** A call whose beginning nobody told. */
  #unannounced(event: Of<'toolFinished'>, seq: number, place: number): Call {
    const turn = this.turns.at(-1) ?? this.#turn(1, event.at, seq);
    turn.tools += 1;
    const startedAt = event.at - (event.durationMs ?? 0);
    return this.#add(event.call, seq, turn, { startedAt, begun: place });
  }

  #add(name: string, seq: number, { turn, model }: TurnEntry, said: Partial<Call>): Call {
    const call = { ...blankCall(this.owner, seq), epoch: this.#epoch, turn, call: name, model, ...said };
    this.#known.set(name, call);
    this.#open.add(call);
    this.calls.push(call);
    this.#waits.begun(call);
    return call;
  }

  /** A request that does not say which call it is about can only be about the one that runs. */
  #asked(event: Of<'asked'>): boolean {
    const { call: name, turn } = event.approval;
    const [only = null] = this.#open.size === 1 ? this.#open : [];
    const known = name === null ? only : (this.#known.get(name) ?? null);
    const open = known?.outcome === null ? known : null;
    const running = this.turns.findLast((one) => one.outcome === null && one.turn === (turn ?? one.turn));
    return this.#waits.asked(event, open, running ?? null);
  }

  /** A check is a call as well, though none of the agent's. */
  #checked(event: Of<'checkBegan' | 'checkEnded'>, seq: number, place: number): boolean {
    const turn = this.#turn(event.turn, event.at, seq);
    const { tools, errors } = turn;
    const call = checkCall(event);
    if (call) this.#fold(call, seq, place);
    Object.assign(turn, { tools, errors, check: checkOf(event) });
    return true;
  }

  #used(event: Of<'used'>, seq: number): boolean {
    if (this.#counted.has(event.key)) return false;
    this.#counted.add(event.key);
    this.usages.push(countUse(this.#turn(event.turn, event.at, seq), event, this.#model));
    return true;
  }

  /** Its process is gone: what ran runs no more. */
  #over(at: number) {
    const turn = this.turns.at(-1);
    if (turn?.outcome === null) {
      Object.assign(turn, { endedAt: Math.max(at, turn.startedAt), outcome: 'interrupted', inferred: true });
      end(turn, at);
      this.version += 1;
    }
    this.#cancel(at, null);
    this.#waits.clear();
    this.#known = new Map();
  }

  #cancel(at: number, turn: number | null) {
    for (const call of this.#open) {
      if (turn !== null && call.turn !== turn) continue;
      Object.assign(call, { finishedAt: Math.max(at, call.startedAt), outcome: 'cancelled', inferred: true });
      end(call, at);
      this.#open.delete(call);
      this.version += 1;
    }
  }
}
