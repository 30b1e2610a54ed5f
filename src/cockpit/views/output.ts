import type { Layout, PaneId } from '../../core/layout/layout.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import { inboxEntries } from '../selectors/inbox/entries.ts';
import { sessionRows } from '../selectors/sessions.ts';
import type { Cockpit } from '../store/model.ts';
import type { Tone } from '../theme/tones.ts';
import type { TerminalState } from '../types.ts';
import { clean, type Row, type Span } from './span.ts';
import { STATES, stateWords } from './states.ts';

/** Colour of a pane's border: where keys go is seen at a glance, and said in its title. */
export const borderTone = (focused: boolean, typing: boolean): Tone =>
  typing ? 'typing' : focused ? 'focus' : 'border';

/** `auth-fix · claude · boo/auth-fix`; where panes share one place, their tabs before it. */
export function outputTitle(state: Cockpit, agent: Agent | null, layout: Layout): Row {
  const name: Span[] = agent
    ? [
        { text: clean(agent.name), tone: 'strong' },
        { text: ` · ${clean(agent.profile ?? agent.runtime)}` },
        ...(agent.branch ? [{ text: ` · ${clean(agent.branch)}`, tone: 'dim' as const }] : []),
      ]
    : [{ text: 'Output', tone: 'strong' }];
  return layout.tabs.length ? [...tabSpans(state), { text: ' · ' }, ...name] : name;
}

const VIEW_NAMES = {
  output: 'Output',
  changes: 'Changes',
  collisions: 'Collisions',
  search: 'Search',
  traces: 'Traces',
  timeline: 'Timeline',
  workflows: 'Workflows',
  inbox: 'Output',
} as const;

/** ` Sessions 5  Output  Inbox 2 `: the chosen tab in brackets, so that no colour is needed to know it. */
export function tabSpans(state: Cockpit): Span[] {
  const { focus, view } = state.ui;
  const count = sessionRows(state).length;
  const waits = inboxEntries(state).length;
  const here: PaneId = focus === 'output' && view === 'inbox' ? 'inbox' : focus;
  const tab = (id: PaneId, text: string, tone: Tone = 'dim'): Span =>
    here === id ? { text: `[${text}]`, tone: 'focus' } : { text: ` ${text} `, tone };
  return [
    tab('sessions', `Sessions ${count}`),
    tab('output', VIEW_NAMES[view]),
    waits > 0 ? tab('inbox', `Inbox ${waits}`, 'wait') : tab('inbox', 'Inbox'),
  ];
}

/** The right end of the title: who gets the keys, else how the agent stands. */
export function outputState(agent: Agent | null, typing: boolean, leave: string): Row {
  if (!agent) return [];
  if (typing) return [{ text: `TYPING · ${leave} stops`, tone: 'typing' }];
  const { glyph, tone } = STATES[agent.status.state];
  return [{ text: `${glyph} ${stateWords(agent)}`, tone }];
}

/** Below the screen of an agent that has ended: how, and what can be done. */
export function outputFoot(agent: Agent | null, restart: string): Row {
  if (!agent || isLive(agent)) return [];
  const { glyph, word, tone } = STATES[agent.status.state];
  const why = clean(agent.status.evidence.detail);
  return [
    { text: `${glyph} ${word}: ${why}`, tone },
    { text: ` · ${restart} starts it again`, tone: 'dim' },
  ];
}

/** What is said where a screen would be: null when there is a screen to show. */
export function noScreen(agent: Agent, screen: TerminalState | undefined, history: string): string | null {
  if (screen === 'live') return null;
  const { state, evidence } = agent.status;
  if (state === 'pending' || state === 'preparing') return `Being prepared: ${clean(evidence.detail)}`;
  if (agent.host === null) return `It never had a screen: ${clean(evidence.detail)}`;
  if (screen === 'lost' || (screen === undefined && !isLive(agent))) {
    return isLive(agent)
      ? 'The connection to its screen was lost; trying again.'
      : `Its screen is gone with its process host. What it printed is kept: ${history} shows it.`;
  }
  return 'Connecting to its screen…';
}
