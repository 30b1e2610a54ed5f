import { VERSION } from '../../util/version.ts';
import type { Verb } from '../verb.ts';

export const version: Verb = {
  name: 'version',
  usage: '',
  summary: 'say which version this is (also --version)',
  options: {},
  words: { min: 0, max: 0 },
  examples: [{ line: 'boocode --version', does: 'prints the version' }],
  run: (context) => void context.print({ version: VERSION, node: process.versions.node }, () => VERSION),
};
