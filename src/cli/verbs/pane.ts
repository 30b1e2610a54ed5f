import { BooError } from '../../util/errors.ts';
import { openAgent, openCockpit } from '../cockpit.ts';
import type { Verb } from '../verb.ts';

const VIEWS = ['sessions', 'output', 'search'] as const;

export const pane: Verb = {
  name: 'pane',
  usage: 'sessions | output AGENT | search',
  summary: 'show one pane of the cockpit alone, e.g. in a pane of tmux',
  options: {},
  words: { min: 1, max: 2, completes: VIEWS },
  examples: [
    { line: 'boocode pane sessions', does: 'the list of sessions alone' },
    { line: 'boocode pane output auth-fix', does: 'one agent alone' },
    { line: 'boocode pane search', does: 'search what all agents printed' },
  ],
  run(context) {
    const [view, agent] = context.words;
    if (view === 'sessions' && agent === undefined) return openCockpit(context, { view: { pane: 'sessions' } });
    if (view === 'search' && agent === undefined)
      return openCockpit(context, { view: { pane: 'output', shows: 'search' } });
    if (view === 'output' && agent !== undefined) return openAgent(context, agent);
    const known = VIEWS.includes(view as (typeof VIEWS)[number]);
    throw new BooError(
      'usage',
      known
        ? `boocode pane ${view} ${agent === undefined ? 'needs an AGENT' : 'takes no AGENT'}`
        : `there is no pane ${JSON.stringify(view)}`,
      'Usage: boocode pane sessions | output AGENT | search',
    );
  },
};
