import { isActivity } from '../core/activity.ts';
import { isLive } from '../core/lifecycle.ts';
import { holdOf } from '../core/retries.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { findProject } from '../util/project.ts';
import { beginAfresh } from './agents/afresh.ts';
import { checkDeadline } from './agents/deadlines.ts';
import { createEnds } from './agents/ends.ts';
import { reconcile } from './agents/reconcile.ts';
import { onHostEvent, onHostLost, onHostPulse } from './agents/reports.ts';
import { Retries } from './agents/retry.ts';
import { Watches } from './agents/watch.ts';
import { recoverOperations } from './apply/recover.ts';
import { Rejects } from './apply/waiting.ts';
import { createApprovals } from './approvals/ways.ts';
import { Autofix } from './autofix/service.ts';
import { Changes, type ChangesOptions } from './changes/service.ts';
import { Collisions } from './collisions/service.ts';
import { watchConfig } from './config.ts';
import { type Context, nothingUnderWay, type Publish } from './context.ts';
import { Hooks } from './hooks/service.ts';
import { Pool } from './hosts/pool.ts';
import { type Loaded, loadProject } from './load.ts';
import type { Lock } from './lock.ts';
import type { Log } from './log.ts';
import { Forecasts } from './merges/forecast.ts';
import { sweepMerges } from './merges/merge.ts';
import { Notices } from './notices/service.ts';
import { type Presence, watchPresence } from './presence.ts';
import { watchWorkflows } from './runs/files.ts';
import { LostRuns } from './runs/lost.ts';
import { followParent, stopOrphans } from './runs/parents.ts';
import { RunSpecs } from './runs/specs.ts';
import { Lookouts } from './search/lookouts.ts';
import { followOneShot, leftBetween, nextLife } from './sessions/one-shot.ts';
import { Sessions } from './sessions/service.ts';
import { keepSnapshots, type Snapshots } from './snapshots.ts';
import { createStore, type Store } from './store.ts';
import { Subagents } from './subagents/service.ts';
import { interruptTurn } from './traces/interrupt.ts';
import { Traces } from './traces/service.ts';
import { createTrouble } from './trouble.ts';

export interface Services {
  ctx: Context;
  presence: Presence;
  close(): Promise<void>;
}

interface ServicesOptions {
  root: string;
  lock: Lock;
  log: Log;
  /** Other folders than the usual one in which hosts may have their sockets. */
  folders: readonly string[];
  publish: Publish;
  onActivity(): void;
}

/** Loads the project, finds its hosts again and brings both together. What is returned may be served. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { root, log, publish } = options;
  const { git } = findProject(root);
  const loaded = await loadProject({ root, git, now: Date.now() });
  const { notices: unsaid } = loaded;
  const say = sayer(log, publish);
  const { store, snapshots, trouble, presence } = keepState(options, loaded, say, () => ctx);
  for (const text of unsaid) log.warn(text);
  const config = watchConfig({
    root,
    log,
    onChange: ({ problems }) => {
      publish('config', { problems });
      watches.reload();
      // Not in the midst of what has just asked for the rules.
      setImmediate(() => ctx.approvals.reconsider());
    },
  });
  const hosts = poolOf(options, store, () => ctx);
  const watches = new Watches({
    store,
    log,
    stalledAfter: () => config.get().config.stalledAfter,
    screens: () => config.get().screens,
    onDeadline: (id) => checkDeadline(ctx, id),
  });
  const sessions = new Sessions(
    { root, store, hosts, log, publish },
    {
      onTurnEnds: (id, outcome) => ctx.retries.turnEnds(id, outcome),
      onRefused: (id, epoch, message) => setImmediate(() => void beginAfresh(ctx, id, epoch, message)),
    },
  );
  const ends = createEnds({ root, store, hosts: () => hosts, config, log, trouble });
  const notices = new Notices({ store, config });
  const work = followWork({ root, git, store, log, publish }, notices);
  const lookouts = new Lookouts({ root, store, hosts: () => hosts, log, publish });
  const interrupt = (id: string) => interruptTurn(ctx, id);
  const traces = new Traces({ root, store, config, log, say, publish, interrupt });
  const shared = { root, git, log, store, hosts, config, watches, ends, lookouts, sessions, publish, traces, notices };
  const after = followers(root, () => ctx, store);
  const approvals = createApprovals(shared, () => ctx);
  const hooks = new Hooks({ ...shared, approvals: () => approvals });
  const ctx: Context = { ...shared, ...work, ...after, approvals, hooks, ...nothingUnderWay(), unsaid };
  followEvents(ctx, options.onActivity);
  await hosts.find(loaded.state.hosts);
  await takeUp(ctx, loaded.writtenAt);
  lookouts.changed();
  ends.sweep();
  const files = watchWorkflows({ root, log, publish });
  return {
    ctx,
    presence,
    async close() {
      await files.close();
      presence.close();
      await closeAll(ctx, snapshots);
    },
  };
}

/** The state in memory and on the disk, and a look at the folder that it is in. */
function keepState(options: ServicesOptions, loaded: Loaded, say: ReturnType<typeof sayer>, ctx: () => Context) {
  const { root, lock, log } = options;
  const { state, reach, notices: unsaid } = loaded;
  const trouble = createTrouble(say);
  const presence: Presence = watchPresence({
    ...{ root, lock, log, trouble },
    snapshots: () => snapshots,
    records: () => store,
    others: () => [ctx().runSpecs, ctx().rejects],
    tell(text) {
      say('warning', text);
      if (!ctx().notices.hasScreen) unsaid.push(text);
    },
  });
  const { ensure } = presence;
  const store = createStore({ root, log, state, reach, trouble, ensure });
  const snapshots = keepSnapshots({ root, store, log, trouble, ensure });
  return { store, snapshots, trouble, presence };
}

/** Who does something of its own after an event. */
const followers = (root: string, ctx: () => Context, store: Store) => ({
  rejects: new Rejects(ctx, store),
  retries: new Retries(ctx),
  subagents: new Subagents(ctx),
  autofix: new Autofix(ctx),
  lostRuns: new LostRuns(ctx),
  runSpecs: new RunSpecs(root, store),
});

/** The hosts, and who is told what they report. */
const poolOf = (options: ServicesOptions, store: Store, ctx: () => Context): Pool =>
  new Pool({
    ...options,
    load: (id) => store.all().filter((agent) => agent.host === id && isLive(agent)).length,
    onChange(refs) {
      store.setHosts(refs);
      options.publish('hosts', { hosts: refs });
    },
    onEvent: (link, note) => onHostEvent(ctx(), link, note),
    onPulse: (_link, pulse) => onHostPulse(ctx(), pulse),
    onLost: (link) => onHostLost(ctx(), link),
    hold: (id) => ctx().sessions.hold(id),
    // An event that could not be written is told by the store, once.
    onTrouble: (error) => options.log[error instanceof BooError ? 'debug' : 'error'](messageOf(error)),
  });

async function closeAll(ctx: Context, snapshots: Snapshots): Promise<void> {
  const { watches, notices, sessions, hooks, retries, lookouts, rejects, traces, collisions, changes } = ctx;
  await ctx.autofix.close();
  const views = [lookouts, rejects, traces, collisions, changes];
  for (const one of [watches, notices, sessions, hooks, retries, ctx.subagents, ...views, ctx.hosts]) one.close();
  await ctx.config.close();
  await snapshots.close();
  ctx.store.close();
}

/** What the last daemon was in the middle of. */
async function takeUp(ctx: Context, writtenAt: number): Promise<void> {
  ctx.lostRuns.remember();
  const left = leftBetween(ctx);
  await reconcile(ctx, writtenAt);
  await sweepMerges(ctx);
  await recoverOperations(ctx);
  await ctx.rejects.load();
  ctx.retries.load();
  ctx.autofix.load();
  ctx.approvals.reconsider();
  await ctx.hooks.takeUp();
  ctx.lostRuns.load();
  stopOrphans(ctx);
  ctx.subagents.load();
  for (const id of left) void nextLife(ctx, id);
}

/** What agents change, and where they meet. */
function followWork(options: ChangesOptions, notices: Notices): Pick<Context, 'changes' | 'collisions' | 'forecasts'> {
  const changes = new Changes(options);
  changes.onChange((agents) => options.publish('changes', { agents: [...agents] }));
  return {
    changes,
    collisions: new Collisions({ ...options, changes, onRisen: (risen) => notices.collided(risen) }),
    forecasts: new Forecasts({ ...options, changes }),
  };
}

const sayer = (log: Log, publish: Publish) => (level: 'info' | 'warning' | 'error', text: string) => {
  log.warn(text);
  publish('message', { level, text });
};

/** What follows from every event: it is published, and the last screen of what ended is kept. */
function followEvents(ctx: Context, onActivity: () => void): void {
  const { store, publish, ends, watches, approvals, hooks, retries, subagents, lostRuns } = ctx;
  store.onEvent((id, event, agent, seq) => {
    publish('event', { agent: id, event, seq });
    // What a rule answers at once waits for nobody.
    const unasked = event.type === 'asked' && approvals.asked(id, event);
    if (!unasked && (isActivity(event) || event.type === 'session' || event.type === 'paused')) {
      watches.signal(id, { type: 'activity', event });
    }
    // A limit that holds it, or no longer does, pauses it.
    if (event.type === 'retry' && agent) watches.signal(id, { type: 'held', by: holdOf(agent) ?? null });
    approvals.follow(id, event);
    hooks.follow(id, event);
    retries.follow(id, event, agent);
    ctx.autofix.follow(id, event, agent);
    followOneShot(ctx, id, event, agent);
    followParent(ctx, event, agent);
    subagents.follow(id, event, agent);
    lostRuns.follow(event, agent);
    if (agent) ctx.runSpecs.follow(agent);
    if ((event.type === 'exited' || event.type === 'hostLost') && agent) ends.keep(agent);
    onActivity();
  });
}
