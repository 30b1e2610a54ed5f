import type { Signal } from '../store/mirror.ts';
import { clean } from '../views/span.ts';
import type { Bridge } from './bridge.ts';

/** What an agent wants of the person's terminal, as far as the config lets it; not from the agent that is looked at. */
export function obey({ store, terminal, surface }: Bridge, signal: Signal) {
  const { data } = store.getState();
  const policy = data.config?.ui;
  const agent = data.project?.agents[signal.agent];
  if (!policy || !agent) return;
  if (signal.kind === 'clipboard') {
    if (!policy.clipboard) return;
    terminal.copy(signal.text);
    return store.say('info', `${agent.name} set the clipboard.`);
  }
  if (surface.reserved.some((place) => place.agent === agent.id)) return;
  if (signal.kind === 'bell') {
    if (policy.bell) terminal.bell();
    return;
  }
  const text = [signal.title, signal.text].map(clean).filter(Boolean).join(': ');
  terminal.notify(`${agent.name}: ${text}`);
  store.say('info', `${agent.name}: ${text}`);
}
