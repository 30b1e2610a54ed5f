import { collisionNews, type News, newsOf, noticeOf, stillNews } from '../../core/notices.ts';
import type { Collision } from '../../schema/collision.ts';
import type { Attention } from '../../schema/notice.ts';
import type { ConfigService } from '../config.ts';
import type { Client } from '../server.ts';
import type { Store } from '../store.ts';
import { tellDesktop } from './desktop.ts';

/** What is taken back within this time (a request that a rule answers, a status that flickers) was never news; milliseconds. */
const SETTLE_MS = 250;
/** After one notification all that follows is gathered for this long and is one more: a storm of agents is no storm of bells. */
const APART_MS = 5000;

export interface NoticesOptions {
  store: Store;
  config: ConfigService;
  /** Tells the desktop; resolves when that is done or has failed. */
  onDesktop?: (text: string, env: Record<string, string>) => void;
  apartMs?: number;
}

interface Screen extends Attention {
  client: Client;
  /** Counts up with every word of it: who was at it last is told. */
  order: number;
}

/**
 * What people are told who do not look. All screens of a project say what they show; each notification goes to one of them
 * alone, to the desktop where there is none: never twice, and not about who is looked at.
 */
export class Notices {
  readonly #options: NoticesOptions;
  readonly #undo: () => void;
  readonly #screens = new Map<AbortSignal, Screen>();
  /** By what it is about: of one agent the newest. */
  readonly #news = new Map<string, News>();
  /** Open requests that were news: agent and id. */
  readonly #asked = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #quietUntil = 0;
  #order = 0;
  #env: Record<string, string> = {};

  constructor(options: NoticesOptions) {
    this.#options = options;
    this.#undo = options.store.onEvent((id, event, agent) => {
      if (event.type === 'answered') this.#asked.delete(`${id} ${event.id}`);
      // One that is asked again under its name is no new one: only its looks have changed.
      if (event.type === 'asked') {
        const key = `${id} ${event.approval.id}`;
        if (this.#asked.has(key)) return;
        this.#asked.add(key);
      }
      const news = agent && newsOf(event, agent);
      if (news) this.#add(news);
    });
  }

  attend(client: Client, attention: Attention): void {
    const { signal } = client;
    if (signal.aborted) return;
    if (!this.#screens.has(signal))
      signal.addEventListener('abort', () => this.#screens.delete(signal), { once: true });
    const last = this.#screens.get(signal);
    // Who comes back to a terminal is at it; what an agent does on a screen nobody is at makes it no nearer.
    const order = last && attention.focused !== true ? last.order : ++this.#order;
    this.#screens.set(signal, { ...attention, client, order });
    if (Object.keys(attention.env).length > 0) this.#env = attention.env;
  }

  /** Is there a screen that tells somebody? */
  get hasScreen(): boolean {
    return [...this.#screens.values()].some(({ tells }) => tells);
  }

  collided(risen: readonly Collision[]): void {
    for (const news of collisionNews(risen)) this.#add(news);
  }

  close(): void {
    this.#undo();
    clearTimeout(this.#timer);
  }

  #add(news: News): void {
    const key = news.kind === 'collision' ? `${news.agents.join(' ')} ${news.what}` : news.agents.join(' ');
    const known = this.#news.get(key);
    // The request itself says more than that its agent waits.
    if (known?.approval && news.kind === 'waiting' && news.approval === null) return;
    this.#news.delete(key);
    this.#news.set(key, news);
    const wait = Math.max(0, this.#quietUntil - performance.now());
    this.#timer ??= setTimeout(() => this.#ask(), wait).unref();
  }

  /** Screens that do not hear of their focus find out whether they are seen while what was seen settles. */
  #ask(): void {
    for (const { client, asks } of this.#screens.values()) if (asks) client.say('look', {});
    this.#timer = setTimeout(() => this.#tell(), SETTLE_MS).unref();
  }

  #tell(): void {
    this.#timer = undefined;
    const { store, config } = this.#options;
    const { notifications } = config.get().config;
    const { agents } = store.get();
    const wanted = [...this.#news.values()].filter((one) => {
      const kind = one.kind === 'collision' ? 'waiting' : one.kind;
      return notifications.on.includes(kind) && stillNews(one, agents) && !this.#isSeen(one);
    });
    this.#news.clear();
    const notice = noticeOf(wanted);
    if (!notice) return;
    this.#quietUntil = performance.now() + (this.#options.apartMs ?? APART_MS);
    const screen = this.#nearest();
    screen?.client.say('notice', notice);
    const shown = screen !== undefined && (screen.focused === true || (screen.shows && notifications.terminal));
    if (notifications.desktop && !shown) (this.#options.onDesktop ?? tellDesktop)(notice.text, this.#env);
  }

  /** Somebody looks at it just now, as far as their terminals say. */
  #isSeen({ kind, agents }: News): boolean {
    return [...this.#screens.values()].some(
      ({ sees, focused }) =>
        focused !== false &&
        (kind === 'collision' ? sees.includes('collisions') : agents.every((id) => sees.includes(id))),
    );
  }

  /** Where somebody is, else where somebody was last. */
  #nearest(): Screen | undefined {
    const screens = [...this.#screens.values()].filter(({ tells }) => tells);
    const rank = ({ focused, order }: Screen) => (focused === true ? 1e9 : focused === null ? 0 : -1e9) + order;
    return screens.sort((a, b) => rank(b) - rank(a))[0];
  }
}
