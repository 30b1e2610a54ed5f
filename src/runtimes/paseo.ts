import { entryPath } from '../util/entry.ts';
import { bridgedDriver } from './bridged.ts';
import type { Runtime } from './types.ts';

/** Agents of a Paseo daemon, through its CLI. A profile's arguments are `--host H` and `--provider P` (claude, codex, opencode, …). */
export const paseo: Runtime = {
  id: 'paseo',
  title: 'Paseo (agents of its daemon)',
  binary: 'paseo',
  argv: ({ program }) => [program ?? 'paseo'],
  prompting: 'argument',
  listens: true,
  version: ['--version'],
  install: 'see https://github.com/getpaseo/paseo',
  titles: [],
  verified: 'against recorded answers of 0.1.65; the program itself was not driven',
  structured: {
    plan: ({ args, model, mode }) => {
      const words = Object.entries({ model, mode }).flatMap(([name, value]) =>
        value === null ? [] : [`--${name}=${value}`],
      );
      return {
        before: [process.execPath, entryPath('bridge'), 'paseo', ...words, '--'],
        args: [...args],
        env: {},
        stdin: null,
        carriesPrompt: false,
      };
    },
    driver: bridgedDriver,
    oneShot: false,
    terminal: null,
    auto: [],
  },
};
