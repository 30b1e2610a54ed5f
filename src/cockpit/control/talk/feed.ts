import { isActivity } from '../../../core/activity.ts';
import { Talk } from '../../../core/talk/talk.ts';
import type { Delta } from '../../../schema/activity.ts';
import type { AgentEvent, RecordLine } from '../../../schema/event.ts';
import type { Bridge } from '../bridge.ts';

/** Lines asked for at once: a screen is full long before, and the answer takes no time that anybody feels. */
const PAGE = 2000;
/** Of what was missed while there was no daemon. More of it: the conversation is read afresh. */
const MISSED = 20_000;

export interface FeedOptions {
  agent: string;
  call: Bridge['call'];
  /** Something of it is known anew. */
  changed(): void;
  words(error: unknown): string;
}

const BESIDE: ReadonlySet<AgentEvent['type']> = new Set([
  'prompted',
  'restarted',
  'exited',
  'startFailed',
  'hostLost',
  'paused',
  'retry',
]);
const isTalk = (event: AgentEvent): boolean => isActivity(event) || BESIDE.has(event.type);

/**
 * Keeps one conversation as the daemon's record has it: its newest page, older ones on demand, then every event by its number. What
 * comes while a page is on its way waits for it; a number that is missing is asked for.
 */
export class TalkFeed {
  talk = new Talk();
  /** Why nothing is known; null: it is, or will be. */
  error: string | null = null;
  loading = true;
  readonly #options: FeedOptions;
  /** The newest number of the record that is folded in, whatever it was. */
  #last = 0;
  #more = false;
  #waiting: RecordLine[] = [];
  #asking = false;
  #older = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    void this.catchUp();
  }

  /** There are older events than those that are known. */
  get hasOlder(): boolean {
    return this.#more && !this.#older;
  }

  event(event: AgentEvent, seq: number): void {
    if (seq <= 0) return;
    this.#waiting.push({ seq, event });
    if (this.#asking) return;
    // A first page that could not be had is asked for again when there is news.
    if (this.loading || this.#take()) void this.catchUp();
    else if (isTalk(event)) this.#options.changed();
  }

  deltas(deltas: readonly Delta[], at: number): void {
    if (this.loading) return;
    for (const delta of deltas) this.talk.delta(delta, at);
    this.#options.changed();
  }

  /** Asks for what is newer than what is known: at first, after a loss of the daemon, and where a number is missing. */
  async catchUp(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { agent, call, words } = this.#options;
    try {
      const ask = { agent, before: null, activity: true };
      const first = this.#last === 0;
      const limit = first ? PAGE : MISSED;
      let page = await call('session.events', { ...ask, after: this.#last, limit });
      if (!first && page.more) {
        this.talk = new Talk();
        page = await call('session.events', { ...ask, after: 0, limit: PAGE });
        this.#more = page.more;
      } else if (first) this.#more = page.more;
      this.talk.append(page.lines);
      this.#last = Math.max(this.#last, page.last);
      // What was being said was not heard to its end.
      this.talk.miss();
      this.loading = false;
      this.error = null;
    } catch (error) {
      this.error = words(error);
    }
    this.#asking = false;
    if (!this.loading && this.#take()) void this.catchUp();
    this.#options.changed();
  }

  async older(): Promise<void> {
    if (!this.hasOlder || this.loading) return;
    this.#older = true;
    const { agent, call } = this.#options;
    const { talk } = this;
    try {
      const ask = { agent, after: 0, before: talk.first, limit: PAGE, activity: true };
      const page = await call('session.events', ask);
      if (talk !== this.talk) return;
      talk.prepend(page.lines);
      this.#more = page.more && page.lines.length > 0;
    } catch {
      // It is asked for again when somebody scrolls on.
    } finally {
      this.#older = false;
      this.#options.changed();
    }
  }

  /** Folds in what waits, in the order of its numbers. True: one is missing. */
  #take(): boolean {
    const lines = this.#waiting.splice(0).filter(({ seq }) => seq > this.#last);
    for (const [index, line] of lines.entries()) {
      if (line.seq > this.#last + 1) {
        this.#waiting = lines.slice(index);
        return true;
      }
      this.#last = line.seq;
      if (isTalk(line.event)) this.talk.append([line]);
    }
    return false;
  }
}
