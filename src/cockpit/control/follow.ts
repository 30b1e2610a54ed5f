import { isLive } from '../../core/lifecycle.ts';
import { isStructured } from '../../core/structured.ts';
import { selectedAgent } from '../selectors/sessions.ts';
import { wantedRun } from '../selectors/workflows/runs.ts';
import type { Cockpit, Message } from '../store/model.ts';
import { stateWords } from '../views/states.ts';
import type { Bridge } from './bridge.ts';
import { run } from './search/run.ts';

/** How long a message stays at least, in milliseconds; the log keeps it. */
const TOAST_MS: Record<Message['level'], number> = { info: 4000, warning: 7000, error: 10_000 };

/** A person reads about fifteen characters a second, after having noticed that there is something. */
const READING_MS = 70;
const readingTime = ({ level, text }: Message) => Math.max(TOAST_MS[level], 2000 + text.length * READING_MS);

/** What follows from other changes: typing ends with the agent, messages fade, what is looked at counts as seen. */
export function follow(bridge: Bridge): () => void {
  const { store, surface, terminal } = bridge;
  let fading: NodeJS.Timeout | undefined;
  const undo = store.subscribe((state, before) => {
    if (state.ui.typing) endTyping(bridge, state);
    if (state.data.link !== before.data.link) searchAgain(bridge, state);
    const mouse = state.data.config?.ui.mouse;
    if (mouse !== undefined && mouse !== before.data.config?.ui.mouse) terminal.setMouse(mouse);
    if (state.ui.toast !== before.ui.toast) {
      clearTimeout(fading);
      const { toast } = state.ui;
      if (toast) fading = setTimeout(() => store.setUi({ toast: null }), readingTime(toast)).unref();
    }
    if (state.data.project !== before.data.project || state.ui.selected !== before.ui.selected) markSeen(bridge, state);
  });
  // An agent that one goes to has its place only once that is drawn, and nothing more may ever happen to it.
  const undoSeen = surface.onReserved(() => markSeen(bridge, store.getState()));
  return () => {
    undo();
    undoSeen();
    clearTimeout(fading);
  };
}

function endTyping({ store }: Bridge, state: Cockpit) {
  const agent = selectedAgent(state);
  // Before the daemon has answered nobody is known; the session of who has no screen goes on with a prompt.
  if (!state.data.project || (agent && isStructured(agent))) return;
  if (agent && isLive(agent) && (state.ui.pinned !== null || agent.id === state.ui.selected)) return;
  store.setUi({ typing: false });
  const gone = state.ui.selected ? state.data.project?.agents[state.ui.selected] : undefined;
  store.say('warning', gone ? `${gone.name} has ended (${stateWords(gone)}).` : 'The agent you typed to is gone.');
}

/** What failed because the daemon was gone is asked anew once it is there. */
function searchAgain(bridge: Bridge, { data, ui }: Cockpit) {
  if (data.link === 'connected' && ui.view === 'search' && ui.search.error) run(bridge);
}

function markSeen({ store, call, surface }: Bridge, state: Cockpit) {
  const agent = selectedAgent(state);
  if (!(agent?.unread || agent?.alerts?.length) || store.getState().data.link !== 'connected') return;
  if (wantedRun(state) === agent.id || surface.reserved.some((place) => place.agent === agent.id))
    call('agent.seen', { agent: agent.id }).catch(() => {});
}
