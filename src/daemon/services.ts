import { isLive, isTerminal } from '../core/lifecycle.ts';
import { messageOf } from '../util/errors.ts';
import { findProject } from '../util/project.ts';
import { checkDeadline } from './agents/deadlines.ts';
import { createEnds } from './agents/ends.ts';
import { reconcile } from './agents/reconcile.ts';
import { onHostEvent, onHostLost, onHostPulse } from './agents/reports.ts';
import { createWatches } from './agents/watch.ts';
import { watchConfig } from './config.ts';
import type { Context, Publish } from './context.ts';
import { createPool } from './hosts/pool.ts';
import { loadProject } from './load.ts';
import type { Log } from './log.ts';
import { keepSnapshots, type Snapshots } from './snapshots.ts';
import { createStore } from './store.ts';

export interface Services {
  ctx: Context;
  snapshots: Snapshots;
  close(): Promise<void>;
}

/** Loads the project, finds its hosts again and brings both together. What is returned may be served. */
export async function startServices({
  root,
  log,
  publish,
  onActivity,
}: {
  root: string;
  log: Log;
  publish: Publish;
  onActivity(): void;
}): Promise<Services> {
  const { git } = findProject(root);
  const { state, reach, notices } = await loadProject({ root, git, now: Date.now() });
  const store = createStore({ root, log, state, reach });
  const tell = (level: 'warning' | 'error') => (text: string) => {
    log.warn(text);
    publish('message', { level, text });
  };
  notices.forEach(tell('warning'));
  const config = watchConfig({ root, log, onChange: ({ problems }) => publish('config', { problems }) });
  const hosts = createPool({
    root,
    log,
    load: (id) => store.all().filter((agent) => agent.host === id && isLive(agent)).length,
    onChange(refs) {
      store.setHosts(refs);
      publish('hosts', { hosts: refs });
    },
    onEvent: (link, note) => onHostEvent(ctx, link, note),
    onPulse: (_link, pulse) => onHostPulse(ctx, pulse),
    onLost: (link) => onHostLost(ctx, link),
    onTrouble: (error) => tell('error')(messageOf(error)),
  });
  const watches = createWatches({
    store,
    log,
    stalledAfter: () => config.get().config.stalledAfter,
    onDeadline: (id) => checkDeadline(ctx, id),
  });
  const ends = createEnds({ root, store, hosts: () => hosts, log });
  const ctx: Context = {
    root,
    git,
    log,
    store,
    hosts,
    config,
    watches,
    ends,
    publish,
    preparing: new Map(),
    busy: new Map(),
  };
  store.onEvent((id, event, agent) => {
    publish('event', { agent: id, event });
    const ending = event.type === 'exited' || event.type === 'status';
    if (ending && agent && isTerminal(agent.status.state)) ends.keep(agent);
    onActivity();
  });
  const snapshots = keepSnapshots({ root, store, log, onProblem: tell('error') });
  await hosts.find(state.hosts);
  await reconcile(ctx);
  return {
    ctx,
    snapshots,
    async close() {
      watches.close();
      hosts.close();
      await config.close();
      await snapshots.close();
      store.close();
    },
  };
}
