import type { DaemonNotes } from '../schema/daemon.ts';
import { BooError } from '../util/errors.ts';
import type { Ends } from './agents/ends.ts';
import type { Retries } from './agents/retry.ts';
import type { Watches } from './agents/watch.ts';
import type { Rejects } from './apply/waiting.ts';
import type { Approvals } from './approvals/service.ts';
import type { Autofix } from './autofix/service.ts';
import type { Changes } from './changes/service.ts';
import type { Collisions } from './collisions/service.ts';
import type { ConfigService } from './config.ts';
import type { Hooks } from './hooks/service.ts';
import type { Pool } from './hosts/pool.ts';
import type { Log } from './log.ts';
import type { Forecasts } from './merges/forecast.ts';
import type { Notices } from './notices/service.ts';
import type { LostRuns } from './runs/lost.ts';
import type { RunSpecs } from './runs/specs.ts';
import type { Lookouts } from './search/lookouts.ts';
import { Printed } from './search/printed.ts';
import type { Sessions } from './sessions/service.ts';
import type { Store } from './store.ts';
import type { Subagents } from './subagents/service.ts';
import type { Traces } from './traces/service.ts';

export type Publish = <K extends keyof DaemonNotes & string>(topic: K, data: DaemonNotes[K]) => void;

/** What the services share. One object, made in `run`, so that each of them names what it needs. */
export interface Context {
  root: string;
  /** False: no repository, agents run in the folder itself. */
  git: boolean;
  log: Log;
  store: Store;
  hosts: Pool;
  config: ConfigService;
  watches: Watches;
  ends: Ends;
  lookouts: Lookouts;
  printed: Printed;
  changes: Changes;
  collisions: Collisions;
  forecasts: Forecasts;
  rejects: Rejects;
  hooks: Hooks;
  traces: Traces;
  approvals: Approvals;
  notices: Notices;
  sessions: Sessions;
  retries: Retries;
  subagents: Subagents;
  lostRuns: LostRuns;
  runSpecs: RunSpecs;
  autofix: Autofix;
  publish: Publish;
  /** Agents that are being prepared, with what ends that. */
  preparing: Map<string, AbortController>;
  /** Agents something is being done to (stop, restart, archive, …), so that two never work on one. */
  busy: Map<string, string>;
  /** Agents whose recording waits for room on the disk. */
  unrecorded: Set<string>;
  /** Sentences about what was set aside or left out when it began, which nobody was told yet. */
  unsaid: string[];
  /** The environment each agent was started with last: what begins it again by itself gives it the same. Their hosts keep it too (agents/environment); never stored. */
  environments: Map<string, Record<string, string>>;
}

export const nothingUnderWay = (): Pick<Context, 'preparing' | 'busy' | 'unrecorded' | 'environments' | 'printed'> => ({
  preparing: new Map(),
  busy: new Map(),
  unrecorded: new Set(),
  environments: new Map(),
  printed: new Printed(),
});

/** Runs `task` alone for this agent; another one meanwhile is refused with what is going on. */
export async function exclusively<T>(
  { busy, store }: Context,
  id: string,
  doing: string,
  task: () => Promise<T>,
): Promise<T> {
  const other = busy.get(id);
  if (other) throw new BooError('conflict', `${store.agent(id).name} is being ${other}`, 'Wait until that is done.');
  busy.set(id, doing);
  try {
    return await task();
  } finally {
    busy.delete(id);
  }
}
