import { throughBridge } from './through-bridge.ts';
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
  structured: throughBridge('paseo', null, ({ model, mode }) => ({ model, mode })),
};
