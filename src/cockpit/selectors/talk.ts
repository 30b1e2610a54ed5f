import { isStructured } from '../../core/structured.ts';
import type { PickDialog } from '../store/dialogs.ts';
import type { Cockpit } from '../store/model.ts';
import { selectedAgent } from './sessions.ts';
import { isRun } from './workflows/runs.ts';

/** The selected agent has a conversation instead of a screen. */
export function isTalk(state: Pick<Cockpit, 'data' | 'ui'>): boolean {
  const agent = selectedAgent(state);
  // A run is looked at, not talked to.
  return agent !== null && isStructured(agent) && !isRun(agent);
}

/** What there is to choose from. */
export function pickItems(
  { data }: Pick<Cockpit, 'data'>,
  { agent, what }: PickDialog,
): { id: string; name: string }[] {
  const found = data.project?.agents[agent];
  return (what === 'model' ? found?.models : found?.modes) ?? [];
}
