import { BooError } from '../util/errors.ts';
import type { Runtime } from './types.ts';

export const command: Runtime = {
  id: 'command',
  title: 'Command line',
  binary: null,
  argv: ({ program, args, argv }) => {
    const line = program === null ? [...argv, ...args] : [program, ...args, ...argv];
    if (line.length > 0) return line;
    throw new BooError('usage', 'runtime command needs a command line', 'Give it after --, e.g. boocode new -- vim.');
  },
  prompting: 'typed',
  listens: false,
  version: null,
  install: null,
  titles: [],
  verified: 'driven in the tests',
};
