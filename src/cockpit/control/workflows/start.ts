import { identityIn } from '../../../core/identity.ts';
import { isLive } from '../../../core/lifecycle.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { WorkflowInfo } from '../../../schema/workflow.ts';
import { argsOf, startDialog } from '../../selectors/workflows/form.ts';
import type { SourceDialog, StartDialog } from '../../store/workflows.ts';
import { problemRow } from '../../views/dialogs/workflows.ts';
import { plural } from '../../views/numbers.ts';
import type { Bridge } from '../bridge.ts';
import { failed } from '../requests.ts';
import { sentence } from '../wording.ts';
import { openWorkflows } from './keys.ts';

/** Asks what the workflow takes; one that cannot run, or is not trusted yet, is shown first. */
export function openStart(bridge: Bridge, workflow: WorkflowInfo | null) {
  const { store } = bridge;
  if (!workflow) return store.say('warning', 'The workflow of this run is not there any more.');
  if (workflow.problem || !workflow.trusted) return openSource(bridge, workflow);
  store.openDialog(startDialog(workflow, store.getState()));
}

/** Shows the source of a workflow: at what is wrong with it, and with the question whether it may run where that is open. */
export function openSource({ store, call }: Bridge, workflow: WorkflowInfo | null) {
  if (!workflow) return store.say('warning', 'The workflow of this run is not there any more.');
  const { name } = workflow;
  store.openDialog({ kind: 'source', workflow, source: null, top: 0, busy: false, error: null });
  const meant = (open: SourceDialog) => open.workflow.name === name;
  call('workflow.get', { name }).then(
    // What is trusted is what is read here, not what the list knew.
    ({ workflow: now, source }) => {
      store.changeDialog('source', { workflow: now, source, top: 0 }, meant);
      const open = store.getState().ui.dialogs.at(-1);
      if (open?.kind !== 'source' || !meant(open)) return;
      const top = Math.max(0, problemRow(open, store.getState()) - CONTEXT);
      store.changeDialog('source', { top }, meant);
    },
    (error) => store.changeDialog('source', { error: sentence(error, store.getState()) }, meant),
  );
}

/** Rows above the one that is wrong. */
const CONTEXT = 5;

/** Trusts what was read, and goes on to what it takes. */
export async function trustWorkflow(bridge: Bridge, { workflow }: SourceDialog): Promise<void> {
  const { store, call } = bridge;
  const { name, hash } = workflow;
  const meant = (open: SourceDialog) => open.busy && open.workflow.name === name;
  try {
    await call('workflow.trust', { name, hash });
    const isOpen = store.closeDialog('source', meant);
    bridge.workflows.changed();
    if (isOpen) openStart(bridge, { ...workflow, trusted: true });
  } catch (error) {
    failed(bridge, 'source', error, meant);
  }
}

/** Starts the run that the form describes, and shows it where the form still stands. What was written stays until it has worked. */
export async function startRun(bridge: Bridge, dialog: StartDialog): Promise<void> {
  const { store, call, env, root } = bridge;
  const meant = (open: StartDialog) => open.busy && open.fields === dialog.fields;
  try {
    const { agent } = await call('run.start', { ...argsOf(dialog), cwd: root, env });
    if (store.closeDialog('startRun', meant)) openWorkflows(bridge, agent.id);
    store.say('info', `${agent.name} starts.`);
  } catch (error) {
    failed(bridge, 'startRun', error, meant);
  }
}

/** A run that has ended or was lost goes on: what is finished is taken as it is. */
export async function resumeRun(bridge: Bridge, run: Agent | null): Promise<void> {
  const { store, call, env } = bridge;
  if (!run) return;
  if (isLive(run)) return store.say('info', `${run.name} goes on already.`);
  if (run.status.state === 'completed') return store.say('info', `${run.name} has done all it had to.`);
  try {
    await call('agent.resume', { agent: run.id, env });
    store.say('info', `${run.name} goes on; what is finished is not done again.`);
  } catch (error) {
    store.say('error', sentence(error, store.getState()));
  }
}

/** Merges what the agents of a run changed into one branch; says what could not go in. */
export async function combineRun(bridge: Bridge, run: Agent | null): Promise<void> {
  const { store, call, env } = bridge;
  if (!run) return;
  const asked = { agent: run.id, identity: identityIn(env) };
  store.say('info', `Merging what the agents of ${run.name} changed…`);
  try {
    const { branch, merged, conflicts } = await call('run.combine', asked);
    const left = conflicts.map(({ agent, files }) => `${agent} (${files.join(', ')})`).join(', ');
    store.say(
      left ? 'warning' : 'info',
      `The work of ${plural(merged.length, 'agent')} is on ${branch}${left ? `; left out, as they conflict: ${left}` : ''}.`,
    );
  } catch (error) {
    store.say('error', sentence(error, store.getState()));
  }
}
