import { contains } from '../../../core/layout/rect.ts';
import { isStructured } from '../../../core/structured.ts';
import { isFoldable } from '../../../core/talk/items.ts';
import { selectedAgent } from '../../selectors/sessions.ts';
import type { MouseEvent } from '../../types.ts';
import type { Bridge } from '../bridge.ts';
import { perform } from '../perform.ts';
import { converse, standingOf } from './keys.ts';
import { scroll } from './move.ts';

type At = Pick<MouseEvent, 'x' | 'y'>;

/** Rows a notch of the wheel moves. */
const NOTCH = 3;

/** The conversation that stands at this place of the screen. */
function talkAt({ surface, store, talks }: Bridge, { x, y }: At) {
  const place = surface.reserved.find(({ rect }) => contains(rect, x, y));
  const agent = place && store.getState().data.project?.agents[place.agent];
  return place && agent && isStructured(agent) ? { place, talk: talks.of(agent.id) } : null;
}

/** A click on an entry chooses it, one more folds it; on the editor it begins to type. True: it was on a conversation. */
export function clickTalk(bridge: Bridge, at: At): boolean {
  const hit = talkAt(bridge, at);
  const { store, talks } = bridge;
  if (!hit) {
    // Whoever clicks elsewhere has done with typing.
    if (store.getState().ui.typing) perform(bridge, { type: 'typing', on: false });
    return false;
  }
  const { place, talk } = hit;
  const { ui } = store.getState();
  store.setUi({ selected: talk.agent, focus: ui.single ?? 'output' });
  const { body, sight } = talk.shown?.screen ?? {};
  const row = at.y - place.rect.y - (body?.y ?? 0);
  const spot = row >= 0 && row < (body?.height ?? 0) ? sight?.spots[row] : undefined;
  if (!spot && row >= (body?.height ?? 0)) {
    perform(bridge, { type: 'typing', on: true });
    return true;
  }
  const item = spot && talks.entries(talk)[spot.index]?.item;
  if (!item) return true;
  const again = talk.ui.chosen === item.key;
  talks.change(talk, { chosen: item.key });
  if (again && isFoldable(item) && selectedAgent(store.getState())?.id === talk.agent) converse(bridge, 'fold');
  return true;
}

/** True: the wheel was over a conversation. */
export function wheelTalk(bridge: Bridge, at: At, upward: boolean): boolean {
  const hit = talkAt(bridge, at);
  const standing = hit && standingOf(bridge, hit.talk);
  if (!hit || !standing) return false;
  bridge.talks.change(hit.talk, scroll(standing, upward ? -NOTCH : NOTCH));
  return true;
}
