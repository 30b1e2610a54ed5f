import type { Link } from '../../client/keep.ts';
import type { Command } from '../../core/commands/context.ts';
import { reasonAgainst } from '../../core/commands/table.ts';
import type { SearchResult } from '../../schema/search.ts';
import { contextOf } from '../selectors/screen.ts';
import type { Frames } from '../store/frames.ts';
import type { CockpitStore } from '../store/store.ts';
import type { Painter } from '../theme/paint.ts';
import type { Terminal, Terminals } from '../types.ts';
import type { Forecasting } from './collisions/forecast.ts';
import type { Reader } from './history/reader.ts';
import type { Inbox } from './inbox/follow.ts';
import { perform } from './perform.ts';
import type { ReviewFeed } from './review/feed.ts';
import type { Surface } from './surface.ts';
import type { Talks } from './talk/talks.ts';
import type { TracesFeed } from './traces/feed.ts';
import type { WorkflowsFeed } from './workflows/feed.ts';

/** How the cockpit was left. */
export interface Exit {
  /** left: agents go on · stopped: all were stopped · closed: the terminal went away. */
  reason: 'left' | 'stopped' | 'closed';
  /** Agents that go on. */
  live: number;
  /** Agents that were stopped by leaving. */
  stopped: number;
}

/** What carries out intents, and what components draw with. */
export interface Bridge {
  root: string;
  store: CockpitStore;
  /** Requests to the daemon; rejects while it is lost. */
  call: Link['call'];
  /** By name: who is told what a search that goes on has found so far. */
  parts: Map<string, (found: SearchResult) => void>;
  terminal: Terminal;
  terminals: Terminals;
  surface: Surface;
  reader: Reader;
  /** The conversations of agents that have no screen. */
  talks: Talks;
  review: ReviewFeed;
  forecasting: Forecasting;
  inbox: Inbox;
  traces: TracesFeed;
  workflows: WorkflowsFeed;
  frames: Frames;
  /** The painter of the theme as it is now. */
  painter(): Painter;
  /** The environment that agents get. */
  env: Record<string, string>;
  redraw(): void;
  exit(reason: Exit['reason'], stopped?: number): void;
}

/** Runs a command, or says why it cannot run. */
export function runCommand(bridge: Bridge, command: Command) {
  const reason = reasonAgainst(command, contextOf(bridge.store.getState()));
  if (reason) bridge.store.say('warning', `${command.title}: ${reason}.`);
  else perform(bridge, command.intent);
}
