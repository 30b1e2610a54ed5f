import type { ForecastData } from '../../store/review.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';

/** Agents write in bursts: what is forecast within one is old when it is there. In milliseconds. */
const SETTLE_MS = 700;

/** Asks for the forecast while it is looked at, and again when agents have changed something; one question at a time. */
export class Forecasting {
  readonly #bridge: Pick<Bridge, 'store' | 'call'>;
  readonly #undo: () => void;
  #stale = true;
  #asking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(bridge: Pick<Bridge, 'store' | 'call'>) {
    this.#bridge = bridge;
    this.#undo = bridge.store.subscribe((state, before) => {
      // Whoever was asked last may have gone without an answer.
      if (state.data.link !== before.data.link) this.#stale = true;
      if (state.ui.view !== before.ui.view || state.data.link !== before.data.link) this.#look();
    });
  }

  /** Agents have changed something. */
  changed(): void {
    this.#stale = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), SETTLE_MS);
    this.#timer.unref();
  }

  again(): void {
    this.#stale = true;
    this.#look();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#undo();
  }

  #look(): void {
    const { ui, data } = this.#bridge.store.getState();
    if (ui.view !== 'collisions' || data.link !== 'connected' || !this.#stale || this.#asking) return;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const { store } = this.#bridge;
    const change = (next: Partial<ForecastData>) => {
      const { collisions } = store.getState().data;
      store.setData({ collisions: { ...collisions, forecast: { ...collisions.forecast, ...next } } });
    };
    this.#asking = true;
    this.#stale = false;
    change({ since: Date.now() });
    try {
      const { forecast } = await this.#bridge.call('forecast.get', { target: null });
      change({ value: forecast, error: null, since: null, at: Date.now() });
    } catch (error) {
      change({ error: sentence(error, store.getState()), since: null });
    } finally {
      this.#asking = false;
      // Something changed meanwhile: once it has settled.
      if (this.#stale) this.changed();
    }
  }
}
