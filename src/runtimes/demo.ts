import { entryPath } from '../util/entry.ts';
import type { Runtime } from './types.ts';

/** The scripted agent that ships with BooCode, run by the Node that runs us. */
export const demo: Runtime = {
  id: 'demo',
  title: 'Demo agent (scripted, no model)',
  binary: null,
  argv: ({ program, args, prompt }) => [
    ...(program === null ? [process.execPath, entryPath('demo')] : [program]),
    ...args,
    ...(prompt === null ? [] : ['--', prompt]),
  ],
  prompting: 'argument',
  listens: true,
  version: null,
  install: null,
  titles: [],
  verified: 'driven in the tests',
};
