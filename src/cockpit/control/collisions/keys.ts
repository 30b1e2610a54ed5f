import type { CollisionMove } from '../../../core/commands/moves.ts';
import { chosenCollision, collisionList, mergeRows } from '../../selectors/review/collisions.ts';
import { layoutOf } from '../../selectors/screen.ts';
import type { CollisionsUi } from '../../store/review.ts';
import type { CockpitStore } from '../../store/store.ts';
import type { Bridge } from '../bridge.ts';
import { clamp } from '../dialogs/step.ts';
import { look } from '../look.ts';
import { leaveView, openView } from '../review/keys.ts';
import { askMerge } from '../review/merge.ts';

const change = (store: CockpitStore, next: Partial<CollisionsUi>) =>
  store.setUi({ collisions: { ...store.getState().ui.collisions, ...next } });

/** Carries out a command of the view of collisions and forecast. */
export function collide(bridge: Bridge, move: CollisionMove) {
  const { store } = bridge;
  const state = store.getState();
  const { part, shift, from } = state.ui.collisions;
  const page = Math.max(
    1,
    Math.floor((layoutOf(state).panes.find(({ id }) => id === 'output')?.rect.height ?? 24) / 2) - 2,
  );
  const steps: Partial<Record<CollisionMove, number>> = {
    ...{ down: 1, up: -1, pageDown: page, pageUp: -page },
    ...{ first: Number.NEGATIVE_INFINITY, last: Number.POSITIVE_INFINITY },
  };
  if (steps[move] !== undefined) return step(store, steps[move]);
  switch (move) {
    case 'leave':
      return leaveView(bridge, from);
    case 'tab':
    case 'tabBack': {
      const inside = (move === 'tab') === (part === 'list');
      change(store, { part: part === 'list' ? 'forecast' : 'list' });
      return inside || state.ui.single
        ? undefined
        : look(bridge, { type: 'focus', pane: move === 'tab' ? 'next' : 'previous' });
    }
    case 'enter':
    case 'other':
      return part === 'list' ? toSide(bridge, move === 'enter' ? 0 : 1) : toAgent(bridge);
    case 'merge': {
      const row = mergeRows(state)[state.ui.collisions.agent];
      return askMerge(bridge, part === 'list' ? chosenCollision(state)?.ids[0] : row?.agent);
    }
    case 'again':
      return bridge.forecasting.again();
    default:
      return change(store, { shift: Math.max(0, shift + (move === 'right' ? 1 : -1)) });
  }
}

function step(store: CockpitStore, by: number) {
  const state = store.getState();
  const { part, index, agent } = state.ui.collisions;
  if (part === 'list') return change(store, { index: clamp(index + by, 0, collisionList(state).length - 1) });
  change(store, { agent: clamp(agent + by, 0, mergeRows(state).length - 1) });
}

/** To the file as one of the two agents has it. */
function toSide(bridge: Bridge, side: 0 | 1) {
  const { store } = bridge;
  const collision = chosenCollision(store.getState());
  if (!collision) return;
  review(bridge, collision.ids[side], collision.file, collision.ranges[side][0]?.start ?? null);
}

function toAgent(bridge: Bridge) {
  const state = bridge.store.getState();
  const row = mergeRows(state)[state.ui.collisions.agent];
  const agent = Object.values(state.data.project?.agents ?? {}).find(({ name }) => name === row?.agent);
  if (agent) review(bridge, agent.id, row?.files[0] ?? null, null);
}

function review(bridge: Bridge, agent: string, file: string | null, goal: number | null) {
  const { store } = bridge;
  store.setUi({ selected: agent, filter: '' });
  openView(bridge, 'changes');
  const { review: now } = store.getState().ui;
  const at = file === null ? null : { agent, file };
  store.setUi({
    review: { ...now, by: 'agent', at, part: file === null ? 'files' : 'diff', row: 0, anchor: null, goal, shift: 0 },
  });
}
