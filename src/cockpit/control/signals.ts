import type { Signal } from '../store/mirror.ts';
import { clean, cut } from '../views/span.ts';
import type { Bridge } from './bridge.ts';
import type { createTelling } from './notices/tell.ts';

type Telling = Pick<ReturnType<typeof createTelling>, 'ring' | 'outer'>;

/** Notifications of one agent that come sooner after each other are one, in milliseconds: the first at once, the newest later. */
const APART_MS = 5000;

/** Cells that one notification may take: agents write essays into them. */
const LONGEST = 200;

/** Takes what agents want of the person's terminal and lets through what the config and good manners allow. */
export function createSignals(bridge: Bridge, telling: Telling, apartMs = APART_MS) {
  const waiting = new Map<string, { newest: Signal | null; timer: NodeJS.Timeout }>();
  const notifyAtTimes = (signal: Signal, last?: Signal) => {
    const held = waiting.get(signal.agent);
    if (held) {
      held.newest = signal;
      return;
    }
    // Who repeats itself is heard once.
    if (signal.title !== last?.title || signal.text !== last.text) notify(bridge, telling, signal);
    const timer = setTimeout(() => {
      const newest = waiting.get(signal.agent)?.newest;
      waiting.delete(signal.agent);
      if (newest && !isLookedAt(bridge, newest)) notifyAtTimes(newest, signal);
    }, apartMs).unref();
    waiting.set(signal.agent, { newest: null, timer });
  };
  return {
    take: (signal: Signal) => obey(bridge, telling, signal, notifyAtTimes),
    close() {
      for (const { timer } of waiting.values()) clearTimeout(timer);
    },
  };
}

const isLookedAt = ({ surface }: Bridge, { agent }: Signal) => surface.reserved.some((place) => place.agent === agent);

/** As far as the config lets it; not from the agent that is looked at. */
function obey(bridge: Bridge, telling: Telling, signal: Signal, onNotify: (signal: Signal) => void) {
  const { store, terminal } = bridge;
  const { data } = store.getState();
  const policy = data.config?.ui;
  const agent = data.project?.agents[signal.agent];
  if (!policy || !agent) return;
  if (signal.kind === 'clipboard') {
    if (!policy.clipboard) return;
    terminal.copy(signal.text);
    return store.say('info', `${agent.name} set the clipboard.`);
  }
  if (isLookedAt(bridge, signal)) return;
  if (signal.kind === 'bell') {
    return telling.ring();
  }
  onNotify(signal);
}

function notify({ store, terminal }: Bridge, { outer }: Telling, signal: Signal) {
  const agent = store.getState().data.project?.agents[signal.agent];
  if (!agent) return;
  const said = [signal.title, signal.text].map(clean).filter(Boolean).join(': ');
  const text = cut(`${agent.name}: ${said}`, LONGEST);
  terminal.notify(text, outer);
  store.say('info', text);
}
