import { BooError } from '../../util/errors.ts';
import { openAgent, openCockpit, requireTerminal } from '../cockpit.ts';
import type { Context } from '../context.ts';
import type { Verb } from '../verb.ts';

const ALONE = ['search', 'inbox', 'traces', 'timeline', 'workflows'] as const;
const VIEWS = ['sessions', 'output', 'changes', 'collisions', ...ALONE] as const;
const USAGE = `sessions | output AGENT | changes [AGENT] | collisions | ${ALONE.join(' | ')}`;

export const pane: Verb = {
  name: 'pane',
  usage: USAGE,
  summary: 'show one pane of the cockpit alone, e.g. in a pane of tmux',
  options: {},
  words: { min: 1, max: 2, completes: VIEWS, rest: 'agents' },
  examples: [
    { line: 'boocode pane sessions', does: 'the list of sessions alone' },
    { line: 'boocode pane output auth-fix', does: 'one agent alone' },
    { line: 'boocode pane search', does: 'search what all agents printed' },
    { line: 'boocode pane changes', does: 'the review of what agents have changed' },
    { line: 'boocode pane inbox', does: 'what waits for you, and nothing else' },
  ],
  run(context) {
    const [view, agent] = context.words;
    if (view === 'sessions' && agent === undefined) return openCockpit(context, { view: { pane: 'sessions' } });
    const alone = ALONE.find((one) => one === view);
    if (alone && agent === undefined) return openCockpit(context, { view: { pane: 'output', shows: alone } });
    if (view === 'output' && agent !== undefined) return openAgent(context, agent);
    if (view === 'changes') return openChanges(context, agent);
    if (view === 'collisions' && agent === undefined) {
      return openCockpit(context, { view: { pane: 'output', shows: 'collisions' } });
    }
    const known = VIEWS.includes(view as (typeof VIEWS)[number]);
    throw new BooError(
      'usage',
      known
        ? `boocode pane ${view} ${agent === undefined ? 'needs an AGENT' : 'takes no AGENT'}`
        : `there is no pane ${JSON.stringify(view)}`,
      `Usage: boocode pane ${USAGE}`,
    );
  },
};

/** The review of one agent, or of all of them. */
async function openChanges(context: Context, query: string | undefined): Promise<number> {
  const shows = { pane: 'output', shows: 'changes' } as const;
  if (query === undefined) return openCockpit(context, { view: shows });
  requireTerminal(context, 'From a script use boocode changes and boocode diff.');
  const client = await context.daemon();
  const { agent } = await client.call('agent.get', { agent: query });
  return openCockpit(context, { view: { ...shows, agent: agent.id } });
}
