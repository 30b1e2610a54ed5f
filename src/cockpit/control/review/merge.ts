import { identityIn } from '../../../core/identity.ts';
import type { MergeOutcome } from '../../../schema/collision.ts';
import { selectedAgent } from '../../selectors/sessions.ts';
import { field } from '../../store/dialogs.ts';
import type { MergeDialog } from '../../store/review-dialogs.ts';
import { reasonWords } from '../../views/dialogs/merge.ts';
import type { Bridge } from '../bridge.ts';
import { failed } from '../requests.ts';

/** Asks how an agent (by id or name; default: the selected one) is to be merged back. */
export function askMerge({ store }: Pick<Bridge, 'store'>, wanted?: string) {
  const state = store.getState();
  const all = Object.values(state.data.project?.agents ?? {});
  const agent =
    wanted === undefined ? selectedAgent(state) : all.find(({ id, name }) => id === wanted || name === wanted);
  if (!agent) return;
  if (agent.worktree === null) {
    return store.say('warning', `${agent.name} works in the project itself: there is nothing to merge.`);
  }
  store.openDialog({
    ...{ kind: 'merge', agent: agent.id, at: 'how', how: 'merge', target: field(), message: field() },
    ...{ uncommitted: true, checks: true, outcome: null, top: 0, busy: false, error: null },
  });
}

/** Merges, and shows what came of it; conflicts leave everything as it was. */
export async function mergeBack(bridge: Bridge, dialog: MergeDialog): Promise<void> {
  const { store, review, env } = bridge;
  const { agent, how, target, message, uncommitted, checks } = dialog;
  const open = (one: MergeDialog) => one.busy && one.agent === agent;
  const text = (value: string) => value.trim() || null;
  try {
    const { merge } = await bridge.call('merge', {
      ...{ agent, how, checks, uncommitted, identity: identityIn(env) },
      ...{ target: text(target.text), message: text(message.text) },
    });
    const isOpen = store.getState().ui.dialogs.at(-1)?.kind === 'merge';
    store.changeDialog('merge', { busy: false, outcome: merge, top: 0 }, open);
    if (!isOpen)
      store.say(merge.outcome === 'merged' ? 'info' : 'warning', `Merge into ${merge.target}: ${merge.outcome}.`);
  } catch (error) {
    failed(bridge, 'merge', error, open);
  }
  review.changed([agent]);
}

/** What the agent is told of its conflicts. */
export function conflictText({ target, files, check }: MergeOutcome): string {
  if (check) {
    return `Your work cannot be merged into ${target} yet: ${check.command} fails.\n\n${check.output}\n\nPlease fix this.`;
  }
  const list = files.map(({ file, reason, lines }) => {
    const at = lines.map(({ start, end }) => (end > start ? `${start}–${end}` : String(start))).join(', ');
    return `- ${file}: ${reasonWords(reason)}${at ? ` (lines ${at} of the merged file)` : ''}`;
  });
  return [
    `Your work conflicts with ${target}:`,
    ...list,
    `Please merge ${target} into your branch and resolve these conflicts.`,
  ].join('\n');
}

/** The prompt with the conflicts, ready to be changed and sent. */
export function offerConflicts({ store }: Pick<Bridge, 'store'>, { agent, outcome }: MergeDialog) {
  if (!outcome) return;
  store.openDialog({ kind: 'prompt', agent, text: field(conflictText(outcome)), busy: false, error: null });
}
