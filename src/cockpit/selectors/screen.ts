import type { CommandContext } from '../../core/commands/context.ts';
import { type Layout, layout } from '../../core/layout/layout.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Cockpit } from '../store/model.ts';
import { inboxFacts } from './inbox/facts.ts';
import { viewFacts } from './review/facts.ts';
import { keyScope } from './scope.ts';
import { agentList, selectedAgent, tiledAgents, waitingAgents } from './sessions.ts';
import { traceFacts } from './traces/chosen.ts';
import { workflowFacts } from './workflows/runs.ts';

/** What commands decide from. */
export function contextOf(state: Cockpit): CommandContext {
  const { data, ui } = state;
  const agents = agentList(state);
  return {
    agent: selectedAgent(state),
    agents: agents.length,
    live: agents.filter(isLive).length,
    waiting: waitingAgents(state).length,
    focus: ui.focus,
    mode: ui.mode,
    typing: ui.typing,
    connected: data.link === 'connected',
    single: ui.single,
    filtered: ui.filter !== '',
    reading: keyScope(state) === 'history',
    found: (ui.search.result?.matches.length ?? 0) > 0,
    alerts: agents.filter((agent) => agent.alerts?.length).length,
    inbox: inboxFacts(state),
    talk: { foldable: ui.talk.foldable },
    traces: traceFacts(state),
    workflows: workflowFacts(state),
    ...viewFacts(state),
  };
}

let last: { key: string; value: Layout } | undefined;

/** Where everything stands now; the same object while nothing that decides it has changed. */
export function layoutOf(state: Cockpit): Layout {
  const { size, mode, focus, single, split } = state.ui;
  const tiles = mode === 'tiles' ? tiledAgents(state).length : 0;
  const strip = state.ui.view === 'output';
  const key = [size.cols, size.rows, mode, focus, single, split, tiles, strip].join(' ');
  if (last?.key !== key) last = { key, value: layout({ size, mode, focus, single, split, tiles, strip }) };
  return last.value;
}
