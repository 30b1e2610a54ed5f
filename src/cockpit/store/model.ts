import type { PaneId } from '../../core/layout/layout.ts';
import type { Size } from '../../schema/agent.ts';
import type { ConfigProblem, ResolvedConfig } from '../../schema/config.ts';
import type { RuntimeInfo } from '../../schema/daemon.ts';
import type { ProjectState } from '../../schema/state.ts';
import type { ThemeName } from '../theme/tones.ts';
import type { TerminalState } from '../types.ts';
import type { Dialog, Drafts, Field } from './dialogs.ts';
import { type InboxUi, initialInbox } from './inbox.ts';
import type { Reading } from './reading.ts';
import {
  type CollisionData,
  type CollisionsUi,
  initialCollisionData,
  initialCollisions,
  initialReview,
  initialReviewData,
  type ReviewData,
  type ReviewUi,
} from './review.ts';
import { initialSearch, type SearchUi } from './search.ts';
import {
  initialTimeline,
  initialTimelineData,
  initialTraces,
  initialTracesData,
  type TimelineData,
  type TimelineUi,
  type TracesData,
  type TracesUi,
} from './traces.ts';
import { initialWorkflows, initialWorkflowsData, type WorkflowsData, type WorkflowsUi } from './workflows.ts';

export interface Message {
  id: number;
  level: 'info' | 'warning' | 'error';
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** What the daemon says: a mirror, never changed by the cockpit itself. */
export interface Data {
  /** Null until the first answer. */
  project: ProjectState | null;
  /** starting: no answer yet · connected · lost: trying to connect again. */
  link: 'starting' | 'connected' | 'lost';
  runtimes: RuntimeInfo[] | null;
  refs: { branches: string[]; current: string | null; ahead: number; behind: number } | null;
  config: ResolvedConfig | null;
  problems: ConfigProblem[];
  /** Children on the screen ▶ how their screens stand. */
  screens: Readonly<Record<string, TerminalState>>;
  review: ReviewData;
  collisions: CollisionData;
  traces: TracesData;
  timeline: TimelineData;
  workflows: WorkflowsData;
}

export type Sort = 'age' | 'name' | 'state';
export const SORTS: readonly Sort[] = ['age', 'name', 'state'];

/** What only this cockpit knows: where its user stands. */
export interface Ui {
  /** Name of the project's folder, known before the daemon has answered. */
  title: string;
  size: Size;
  single: PaneId | null;
  /** Name or id of the one agent that `pane output AGENT` shows. */
  pinned: string | null;
  focus: PaneId;
  mode: 'normal' | 'tiles' | 'zoom';
  /** What the output pane shows. */
  view: 'output' | 'changes' | 'collisions' | 'search' | 'inbox' | 'traces' | 'timeline' | 'workflows';
  /** What an agent printed before is read in the place of its screen. */
  reading: Reading | null;
  search: SearchUi;
  review: ReviewUi;
  collisions: CollisionsUi;
  traces: TracesUi;
  timeline: TimelineUi;
  workflows: WorkflowsUi;
  inbox: InboxUi;
  /** What commands need to know of the conversation in sight; the rest of it is in control/talk. `finding`: what is looked for is being written. */
  talk: { foldable: boolean; finding: Field | null };
  /** Id of the selected agent; it may be gone (selectors fall back to a neighbour). */
  selected: string | null;
  /** The agent that was clicked, and in which row of the list or in which tile: there it stays while it is selected, below the pointer. */
  clicked: { agent: string; pane: 'sessions' | 'tiles'; place: number } | null;
  typing: boolean;
  filter: string;
  /** Keys go into the filter. */
  filtering: boolean;
  sort: Sort;
  split: number | null;
  theme: ThemeName;
  dialogs: readonly Dialog[];
  drafts: Drafts;
  /** Shown in the bottom line until it is read or its time is over. */
  toast: Message | null;
  /** The newest MESSAGES_KEPT, oldest first. */
  messages: readonly Message[];
}

export interface Cockpit {
  data: Data;
  ui: Ui;
}

export const MESSAGES_KEPT = 200;

export const initialData = (): Data => ({
  project: null,
  link: 'starting',
  runtimes: null,
  refs: null,
  config: null,
  problems: [],
  screens: {},
  review: initialReviewData(),
  collisions: initialCollisionData(),
  traces: initialTracesData(),
  timeline: initialTimelineData(),
  workflows: initialWorkflowsData(),
});

export const initialUi = (start: { title: string; size: Size } & Partial<Ui>): Ui => ({
  single: null,
  pinned: null,
  focus: start.single ?? 'sessions',
  mode: 'normal',
  view: 'output',
  reading: null,
  search: initialSearch(),
  review: initialReview(),
  collisions: initialCollisions(),
  traces: initialTraces(),
  timeline: initialTimeline(),
  workflows: initialWorkflows(),
  inbox: initialInbox(),
  talk: { foldable: false, finding: null },
  selected: null,
  clicked: null,
  typing: false,
  filter: '',
  filtering: false,
  sort: 'age',
  split: null,
  theme: 'dark',
  dialogs: [],
  drafts: {},
  toast: null,
  messages: [],
  ...start,
});
