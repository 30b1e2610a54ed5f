import type { NoticeKind } from '../../../schema/notice.ts';
import type { Bridge } from '../bridge.ts';
import { outerTerminal, tellTmux } from './tmux.ts';

/** Bells that come sooner after each other are one (ms): agents ring themselves when they begin to wait. */
const RINGS_APART_MS = 1000;

/** Rings, and lets one's terminal and tmux notify, as far as the config and the focus let it. */
export function createTelling({ store, terminal, env }: Pick<Bridge, 'store' | 'terminal' | 'env'>) {
  let rang = Number.NEGATIVE_INFINITY;
  let outer = '';
  void outerTerminal(env).then((name) => {
    outer = name;
  });
  return {
    /** What is known of the terminal that tmux runs in. */
    get outer() {
      return outer;
    },
    /** True: it may ring now. */
    ring(): void {
      const now = performance.now();
      if (!store.getState().data.config?.ui.bell || now - rang < RINGS_APART_MS) return;
      rang = now;
      terminal.bell();
    },
    tell({ text }: { kind: NoticeKind; text: string }, focused: boolean | null): void {
      const { config } = store.getState().data;
      this.ring();
      // Whoever sits at this very terminal has heard it.
      if (!config || focused === true) return;
      if (config.notifications.terminal) terminal.notify(text, outer);
      if (config.notifications.tmux && env.TMUX) void tellTmux(env, text);
    },
  };
}
