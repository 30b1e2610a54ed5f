import type { Agent } from '../../schema/agent.ts';
import type { PaneId } from '../layout/layout.ts';

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
}

/** What can be done while one reads back. The wheel has no key of its own. */
export type HistoryMove =
  | 'up'
  | 'down'
  | 'wheelUp'
  | 'wheelDown'
  | 'pageUp'
  | 'pageDown'
  | 'halfUp'
  | 'halfDown'
  | 'first'
  | 'last'
  | 'find'
  | 'nextHit'
  | 'previousHit'
  | 'nextMark'
  | 'previousMark'
  | 'select'
  | 'copy'
  | 'write'
  | 'leave';

/** What can be done in the search view. */
export type SearchMove =
  | 'next'
  | 'previous'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'jump'
  | 'edit'
  | 'case'
  | 'fixed'
  | 'scope'
  | 'ended'
  | 'more'
  | 'less'
  | 'times'
  | 'save'
  | 'leave';

export type DialogKind = 'new' | 'palette' | 'help' | 'log' | 'restore' | 'info' | 'prompt' | 'searches';
export type AskKind = 'stop' | 'restart' | 'archive' | 'remove' | 'stopAll';

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
  group: 'Agents' | 'Moving about' | 'Screen' | 'History' | 'Search' | 'BooCode';
  /**
   * Where its keys count: everywhere while moving about, only while typing to an agent, while one reads back, or in the
   * search view. Keys that mean nothing to the last two count as while moving about.
   */
  when: 'moving' | 'typing' | 'history' | 'search';
  /** Short label in the hint bar, and how soon it gives way when there is no room (1 goes last). */
  hint?: { label: string; rank: number };
  /** Why it cannot run now, as a clause ("it has ended already"), or null. */
  disabled?(context: CommandContext): string | null;
  intent: Intent;
}
