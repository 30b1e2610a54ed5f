import type { Agent } from '../../schema/agent.ts';
import type { PaneId } from '../layout/layout.ts';
import type { InboxContext, InboxMove } from './inbox-context.ts';
import type { CollisionMove, HistoryMove, ReviewMove, SearchMove } from './moves.ts';
import type { TimelineMove, TraceContext, TraceMove } from './traces.ts';
import type { WorkflowContext, WorkflowMove } from './workflows.ts';

/** What decides whether a command can run, and on what. */
export interface CommandContext {
  /** The selected agent. */
  agent: Agent | null;
  agents: number;
  live: number;
  /** Agents that wait for a person. */
  waiting: number;
  focus: PaneId;
  mode: 'normal' | 'tiles' | 'zoom';
  typing: boolean;
  /** False while the daemon cannot be reached. */
  connected: boolean;
  /** One pane alone, as in `boocode pane`. */
  single: PaneId | null;
  filtered: boolean;
  /** Somebody reads what the agent printed before, and has the keys for it. */
  reading: boolean;
  /** A search has found something that one can go to. */
  found: boolean;
  /** Agents in which a saved search has found something. */
  alerts: number;
  review: ReviewContext;
  talk: {
    /** The chosen entry has more to show. */
    foldable: boolean;
  };
  collisions: {
    part: 'list' | 'forecast';
    count: number;
    /** Agents that the forecast has looked at. */
    forecast: number;
  };
  inbox: InboxContext;
  traces: TraceContext;
  workflows: WorkflowContext;
}

/** Where one stands in the review. */
export interface ReviewContext {
  /** Whose changes are listed; null: all agents', or there is none. */
  name: string | null;
  /** The list has not come yet. */
  reading: boolean;
  files: number;
  /** Of the chosen file. */
  hunks: number;
  deleted: boolean;
  /** Pieces of this agent that are approved and not applied yet. */
  approved: number;
  /** Comments of all agents that are not sent yet. */
  comments: number;
}

/** What can be done in a conversation. The wheel has no key of its own. */
export type TalkMove =
  | 'down'
  | 'up'
  | 'pageDown'
  | 'pageUp'
  | 'halfDown'
  | 'halfUp'
  | 'wheelDown'
  | 'wheelUp'
  | 'first'
  | 'last'
  | 'nextTurn'
  | 'previousTurn'
  | 'enter'
  | 'fold'
  | 'foldAll'
  | 'type'
  | 'copy'
  | 'find'
  | 'nextHit'
  | 'previousHit'
  | 'unqueue'
  | 'leave';

export type DialogKind = 'new' | 'palette' | 'help' | 'log' | 'restore' | 'info' | 'prompt' | 'searches';
export type AskKind = 'stop' | 'cancel' | 'restart' | 'archive' | 'remove' | 'stopAll';

/** What a command wants done. The cockpit carries it out; nothing here does. `agent` is an id. */
export type Intent =
  | { type: 'open'; dialog: DialogKind }
  | { type: 'ask'; ask: AskKind }
  | { type: 'restart' }
  | { type: 'typing'; on: boolean }
  | { type: 'nextWaiting' }
  | { type: 'focus'; pane: PaneId | 'next' | 'previous' }
  | { type: 'move'; to: 'up' | 'down' | 'first' | 'last' | 'pageUp' | 'pageDown' }
  | { type: 'read'; move: HistoryMove }
  | { type: 'search'; move: SearchMove }
  | { type: 'searchView' }
  | { type: 'view'; view: 'changes' | 'collisions' | 'inbox' | 'traces' | 'timeline' | 'workflows' }
  | { type: 'traces'; move: TraceMove }
  | { type: 'timeline'; move: TimelineMove }
  | { type: 'workflow'; move: WorkflowMove }
  | { type: 'review'; move: ReviewMove }
  | { type: 'collisions'; move: CollisionMove }
  | { type: 'inbox'; move: InboxMove }
  | { type: 'choose'; index: number }
  | { type: 'talk'; move: TalkMove }
  | { type: 'interrupt' }
  | { type: 'pick'; what: 'model' | 'mode' }
  | { type: 'merge' }
  | { type: 'alert' }
  | { type: 'mode'; mode: 'tiles' | 'zoom' }
  | { type: 'filter' }
  | { type: 'clear' }
  | { type: 'sort' }
  | { type: 'theme' }
  | { type: 'copy' }
  | { type: 'suspend' }
  | { type: 'redraw' }
  | { type: 'quit' };

export interface Command {
  id: string;
  /** By tmux's names; the config can replace them by the command's id. */
  keys: readonly string[];
  title: string;
  /** Chapter in help and README. */
  group:
    | 'Agents'
    | 'Conversation'
    | 'Moving about'
    | 'Screen'
    | 'Inbox'
    | 'Review'
    | 'Collisions'
    | 'Traces'
    | 'Workflows'
    | 'History'
    | 'Search'
    | 'BooCode';
  /**
   * Where its keys count: everywhere while moving about, only while typing to an agent, while one reads back, or in one of the
   * views. Keys that mean nothing to the last ones count as while moving about.
   */
  when:
    | 'moving'
    | 'typing'
    | 'talk'
    | 'history'
    | 'search'
    | 'review'
    | 'collisions'
    | 'inbox'
    | 'question'
    | 'traces'
    | 'timeline'
    | 'workflows';
  /** Short label in the hint bar, and how soon it gives way when there is no room (1 goes last). */
  hint?: { label: string; rank: number };
  /** Why it cannot run now, as a clause ("it has ended already"), or null. */
  disabled?(context: CommandContext): string | null;
  intent: Intent;
}
