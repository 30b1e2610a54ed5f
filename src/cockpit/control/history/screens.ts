import { isLive } from '../../../core/lifecycle.ts';
import type { Reading } from '../../store/reading.ts';
import type { CockpitStore } from '../../store/store.ts';
import type { Grid, Terminals } from '../../types.ts';
import { childOf } from '../screens.ts';
import type { Reader } from './reader.ts';

/** Screens that hosts send, and the last one of a life that has none any more. */
export function screensOf(store: CockpitStore, terminals: Terminals) {
  let last: { agent: string; epoch: number | null; grid: Grid | undefined } | null = null;
  const live: Reader['live'] = ({ agent, epoch }) => {
    const { project } = store.getState().data;
    const present = epoch === null || project?.agents[agent]?.epoch === epoch;
    const at = present ? childOf(project, agent) : null;
    const grid = at && terminals.grid(at.child);
    if (grid && grid.version > 0) return grid;
    return last?.agent === agent && last.epoch === epoch ? last.grid : undefined;
  };
  const keep = (of: Pick<Reading, 'agent' | 'epoch'>, grid: Grid | undefined) => {
    last = { agent: of.agent, epoch: of.epoch, grid };
  };
  /** It still prints. */
  const goesOn = ({ agent, epoch }: Reading) => {
    const found = store.getState().data.project?.agents[agent];
    return found !== undefined && isLive(found) && (epoch ?? found.epoch) === found.epoch;
  };
  /** Which life is read. */
  const lifeOf = ({ agent, epoch }: Reading): number | null =>
    epoch ?? store.getState().data.project?.agents[agent]?.epoch ?? null;
  return { live, keep, goesOn, lifeOf };
}
