import { sameRow } from '../../../core/diff/place.ts';
import type { DiffRow } from '../../../core/diff/rows.ts';
import { judgedAgain } from '../../../core/review.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { FileChange } from '../../../schema/change.ts';
import { rowsOf, shownDiff, standing } from '../../selectors/review/diff.ts';
import { listedAgents, shownFile } from '../../selectors/review/files.ts';
import { reviewPlaces } from '../../selectors/review/places.ts';
import type { Cockpit } from '../../store/model.ts';
import type { FetchedDiff, ReviewData } from '../../store/review.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';

/** Keeps what the review shows as the daemon has it: asks for what comes into sight, and again when it has changed; one question at a time. */
export class ReviewFeed {
  readonly #bridge: Pick<Bridge, 'store' | 'call'>;
  /** Agents whose list is older than what they have. */
  readonly #stale = new Set<string>();
  readonly #undo: () => void;
  #listing = false;
  #reading = false;
  #closed = false;

  constructor(bridge: Pick<Bridge, 'store' | 'call'>) {
    this.#bridge = bridge;
    this.#undo = bridge.store.subscribe((state, before) => {
      if (state.data.project?.agents !== before.data.project?.agents) judge(state, before, this.#change);
      const again = state.data.link === 'connected' && before.data.link === 'lost';
      if (again) this.changed(Object.keys({ ...state.data.review.lists, ...state.data.review.errors }));
      if (state.ui.review.at !== before.ui.review.at && state.data.review.diffError) this.#change({ diffError: null });
      this.#look();
    });
  }

  /** What these agents (ids) differ in has changed. */
  changed(agents: readonly string[]): void {
    for (const id of agents) this.#stale.add(id);
    const { errors, diffError } = this.#bridge.store.getState().data.review;
    if (diffError) this.#change({ diffError: null });
    if (agents.some((id) => id in errors)) this.#change({ errors: without(errors, agents) });
    this.#look();
  }

  close(): void {
    this.#closed = true;
    this.#undo();
  }

  readonly #change = (next: Partial<ReviewData>): void => {
    const { store } = this.#bridge;
    if (!this.#closed) store.setData({ review: { ...store.getState().data.review, ...next } });
  };

  /** Asks for what is in sight and not known. */
  #look(): void {
    const state = this.#bridge.store.getState();
    if (this.#closed || state.ui.view !== 'changes' || state.data.link !== 'connected') return;
    const { lists, errors } = state.data.review;
    const wanted = listedAgents(state).filter((id) => this.#stale.has(id) || !(id in lists || id in errors));
    if (!this.#listing && wanted.length > 0) void this.#list(wanted, state.ui.review.by === 'file');
    const shown = shownFile(state);
    if (!shown) return;
    const needs = needsDiff(state, shown.change);
    if (!this.#reading && needs) void this.#read(shown.agent.id, shown.change);
    else if (!needs && state.ui.review.goal !== null) this.#toGoal(state);
  }

  /** To the line of the base that one came for, or what stands below it. */
  #toGoal(state: Cockpit): void {
    const { goal } = state.ui.review;
    const here = standing(state);
    const rows = here?.rows ?? [];
    const below = (row: DiffRow) => (oldLine(row) ?? 0) >= (goal ?? 0);
    const row = rows.findIndex(below);
    this.#bridge.store.setUi({ review: { ...state.ui.review, goal: null, ...(row >= 0 && { row }) } });
  }

  async #list(agents: readonly string[], all: boolean): Promise<void> {
    this.#listing = true;
    const { store } = this.#bridge;
    for (const id of agents) this.#stale.delete(id);
    try {
      const { changes } = await this.#bridge.call('changes.list', { agent: all ? null : agents[0]!, fresh: false });
      const { lists, errors } = store.getState().data.review;
      // An agent that the answer leaves out has nothing: it is not to be asked for again and again.
      const none = agents.map((id): [string, FileChange[]] => [id, []]);
      const known = Object.fromEntries([...none, ...changes.map(({ id, files }) => [id, files] as const)]);
      this.#change({ lists: { ...lists, ...known }, errors: without(errors, Object.keys(known)) });
    } catch (error) {
      const { errors, lists } = store.getState().data.review;
      const text = sentence(error, store.getState());
      const said = Object.fromEntries(agents.map((id) => [id, text]));
      this.#change({ lists: without(lists, agents), errors: { ...errors, ...said } });
    } finally {
      this.#listing = false;
      this.#look();
    }
  }

  async #read(agent: string, { file, newBlob }: FileChange): Promise<void> {
    this.#reading = true;
    const { store } = this.#bridge;
    const { split, context } = store.getState().ui.review;
    try {
      const { change, hunks } = await this.#bridge.call('changes.diff', { agent, file, context, split });
      this.#put({ agent, file, split, context, change, hunks });
      // Between the list and this the file has changed: what comes next is the newer list.
      if (change.newBlob !== newBlob) this.#stale.add(agent);
    } catch (error) {
      this.#change({ diff: null, diffError: sentence(error, store.getState()) });
      this.#stale.add(agent);
    } finally {
      this.#reading = false;
      this.#look();
    }
  }

  /** The new diff in place of the old one; who stood in a piece stands in it again. */
  #put(diff: FetchedDiff): void {
    if (this.#closed) return;
    const { store } = this.#bridge;
    const state = store.getState();
    const before = state.data.review.diff;
    const { sides } = reviewPlaces(state);
    const same = before?.agent === diff.agent && before.file === diff.file;
    const after = { hunks: diff.hunks, rows: rowsOf(diff, sides) };
    const row = same ? sameRow({ hunks: before.hunks, rows: rowsOf(before, sides) }, state.ui.review.row, after) : 0;
    const anchor = same && before.change.newBlob === diff.change.newBlob ? state.ui.review.anchor : null;
    // First where one stands: who came for a line goes there as soon as the diff is known.
    store.setUi({ review: { ...state.ui.review, row, anchor } });
    this.#change({ diff, diffError: null });
  }
}

const oldLine = (row: DiffRow): number | null =>
  row.kind === 'line' ? row.old : row.kind === 'pair' ? (row.left?.old ?? null) : null;

const without = <T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

function needsDiff(state: Cockpit, change: FileChange): boolean {
  if (change.content !== 'text' || state.data.review.diffError) return false;
  const diff = shownDiff(state);
  if (!diff) return true;
  const { split, context } = state.ui.review;
  return (
    diff.split !== split ||
    diff.context !== context ||
    diff.change.newBlob !== change.newBlob ||
    diff.change.oldBlob !== change.oldBlob
  );
}

/** Decisions come as events: they are folded into what is shown, nothing is asked again. */
function judge(state: Cockpit, before: Cockpit, change: (next: Partial<ReviewData>) => void) {
  const { lists, diff } = state.data.review;
  const changed = Object.values(state.data.project?.agents ?? {}).filter(
    (agent) => lists[agent.id] && agent.review !== before.data.project?.agents[agent.id]?.review,
  );
  if (changed.length === 0) return;
  const next = { ...lists };
  for (const agent of changed) next[agent.id] = judgedList(agent, before, lists[agent.id]!);
  const own = diff && changed.find(({ id }) => id === diff.agent);
  if (!own) return change({ lists: next });
  const judged = judgedAgain(diff.change, own.review?.[diff.file]);
  const hunks = diff.hunks.map(({ lines }, index) => ({ hunk: judged.hunks[index]!, lines }));
  change({ lists: next, diff: { ...diff, change: judged, hunks } });
}

function judgedList(agent: Agent, before: Cockpit, files: readonly FileChange[]): FileChange[] {
  const old = before.data.project?.agents[agent.id]?.review;
  return files.map((one) => {
    const now = agent.review?.[one.file];
    return now === old?.[one.file] ? one : judgedAgain(one, now);
  });
}
