import { RunFold } from '../../../core/runs/fold.ts';
import type { AgentEvent } from '../../../schema/event.ts';
import type { Run } from '../../../schema/run.ts';
import { wantedRun } from '../../selectors/workflows/runs.ts';
import type { Cockpit } from '../../store/model.ts';
import type { WorkflowsData } from '../../store/workflows.ts';
import type { Bridge } from '../bridge.ts';
import { Asking } from '../traces/asking.ts';
import { sentence } from '../wording.ts';

/** Asks which workflows there are, and follows the run that is looked at, while somebody looks. */
export class WorkflowsFeed {
  readonly #bridge: Pick<Bridge, 'store' | 'call'>;
  readonly #undo: () => void;
  readonly #list = new Asking(() => this.#look());
  readonly #run = new Asking(() => this.#look());
  #fold: RunFold | null = null;
  /** Of the run that is being asked for: what is told before its answer comes, which knows of some of it. */
  #asked: { agent: string; events: AgentEvent[] } | null = null;

  constructor(bridge: Pick<Bridge, 'store' | 'call'>) {
    this.#bridge = bridge;
    this.#undo = bridge.store.subscribe((state, before) => {
      if (state.data.link !== before.data.link) {
        // Nothing was told while it was lost.
        this.#run.changed();
        this.changed();
      } else if (state.ui !== before.ui || wantedRun(state) !== wantedRun(before)) this.#look();
    });
  }

  /** A file of a workflow is another one now. */
  changed(): void {
    this.#list.changed();
    this.#look();
  }

  event(agent: string, event: AgentEvent): void {
    if (this.#asked?.agent === agent) this.#asked.events.push(event);
    else if (this.#fold?.run.id === agent && this.#fold.take(event)) this.#show(this.#fold.run);
  }

  close(): void {
    this.#undo();
    this.#list.close();
    this.#run.close();
  }

  #state = (): Cockpit => this.#bridge.store.getState();
  #put = (change: Partial<WorkflowsData>) =>
    this.#bridge.store.setData({ workflows: { ...this.#state().data.workflows, ...change } });

  #show(run: Run): void {
    const version = (this.#state().data.workflows.shown?.version ?? 0) + 1;
    this.#put({ shown: { agent: run.id, run, version }, runError: null });
  }

  #look(): void {
    const state = this.#state();
    const { ui, data } = state;
    if (data.link !== 'connected') return;
    if (ui.view === 'workflows') this.#list.ask('list', data.workflows.list === null, () => this.#askList());
    const run = wantedRun(state);
    if (run === null) return;
    // Who goes there after it has failed asks anew.
    this.#run.ask(`${ui.view} ${run}`, this.#fold?.run.id !== run, () => this.#askRun(run));
  }

  async #askList(): Promise<void> {
    try {
      const { workflows } = await this.#bridge.call('workflow.list', {});
      this.#put({ list: workflows, listError: null });
    } catch (error) {
      this.#put({ listError: sentence(error, this.#state()) });
      throw error;
    }
  }

  async #askRun(agent: string): Promise<void> {
    const asked = { agent, events: [] as AgentEvent[] };
    this.#asked = asked;
    try {
      const { run } = await this.#bridge.call('run.get', { agent });
      const fold = new RunFold(run, [], run);
      for (const event of asked.events) if (!isKnown(run, event)) fold.take(event);
      this.#fold = fold;
      this.#show(run);
    } catch (error) {
      this.#fold = null;
      this.#put({ shown: null, runError: sentence(error, this.#state()) });
      throw error;
    } finally {
      this.#asked = null;
    }
  }
}

/** Steps and phases may be told twice; a line of the log would stand there twice. */
const isKnown = ({ log }: Run, event: AgentEvent): boolean =>
  event.type === 'noted' && log.some(({ at, text }) => at === event.at && text === event.text);
