import { entryPath } from '../util/entry.ts';
import { bridgedDriver } from './bridged.ts';
import type { Structured, StructuredAsk } from './driver.ts';

/** Driven by a bridge of ours that goes on when the daemon does not. `options` are the bridge's own; null: left to it. */
export const throughBridge = (
  bridge: 'acp' | 'paseo',
  terminal: string | null,
  options: (ask: StructuredAsk) => Record<string, string | null>,
): Structured => ({
  plan(ask) {
    const words = Object.entries(options(ask)).flatMap(([name, value]) =>
      value === null ? [] : [`--${name}=${value}`],
    );
    return {
      before: [process.execPath, entryPath('bridge'), bridge, ...words, '--'],
      args: [...ask.args],
      env: {},
      stdin: null,
      carriesPrompt: false,
    };
  },
  driver: bridgedDriver,
  oneShot: false,
  terminal,
  auto: [],
});
