import { runDemo } from '../demo.ts';
import type { Verb } from '../verb.ts';

export const demo: Verb = {
  name: 'demo',
  usage: '[--no-open]',
  summary: 'try it: a sample repository with three scripted agents at work',
  details:
    'The agents are a scripted program that ships with BooCode, no model is behind them: real processes that edit real files of a repository in a temporary folder. Where it is and how to end it is printed when you leave.',
  options: { 'no-open': { type: 'boolean', summary: 'start it without opening the cockpit' } },
  words: { min: 0, max: 0 },
  examples: [{ line: 'boocode demo', does: 'opens the cockpit on it' }],
  run: (context) => runDemo(context, { open: !context.flag('no-open') && !context.json }),
};
