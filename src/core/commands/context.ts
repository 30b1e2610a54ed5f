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
}

export type DialogKind = 'new' | 'palette' | 'help' | 'log' | 'restore' | 'info' | 'prompt' | 'history';
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
  group: 'Agents' | 'Moving about' | 'Screen' | 'BooCode';
  /** Where its keys count: everywhere while moving about, or only while typing to an agent. */
  when: 'moving' | 'typing';
  /** Short label in the hint bar, and how soon it gives way when there is no room (1 goes last). */
  hint?: { label: string; rank: number };
  /** Why it cannot run now, as a clause ("it has ended already"), or null. */
  disabled?(context: CommandContext): string | null;
  intent: Intent;
}
