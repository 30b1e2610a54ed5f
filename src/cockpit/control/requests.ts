import type { AskKind } from '../../core/commands/context.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { NewAgent } from '../../schema/daemon.ts';
import { BooError } from '../../util/errors.ts';
import { choiceOf } from '../selectors/choices.ts';
import { newFields } from '../selectors/fields.ts';
import { agentList } from '../selectors/sessions.ts';
import type { ConfirmDialog, Dialog, NewDialog, PromptDialog } from '../store/dialogs.ts';
import type { Cockpit } from '../store/model.ts';
import { since } from '../views/numbers.ts';
import type { Bridge } from './bridge.ts';
import { worktreeOf } from './dialogs/forms.ts';
import { sentence } from './wording.ts';

const told = (notes: string[]) => notes.map((note) => ` Note: ${note}.`).join('');

/** What the confirmed (or harmless) requests do, and what is said when it is done. */
export async function request(bridge: Bridge, ask: AskKind, agent: string | null): Promise<void> {
  const { store, call, env } = bridge;
  const meant = (open: ConfirmDialog) => open.busy && open.ask === ask && open.agent === agent;
  try {
    if (ask === 'stopAll') {
      // Counted before: afterwards none lives.
      const live = agentList(store.getState()).filter(isLive).length;
      await call('stop', { agents: true });
      return bridge.exit('stopped', live);
    }
    if (agent === null) return;
    const name = store.getState().data.project?.agents[agent]?.name ?? agent;
    store.say('info', await carryOut(ask, { agent, name, env, call }));
    store.closeDialog('confirm', meant);
  } catch (error) {
    failed(bridge, 'confirm', error, meant);
  }
}

interface Target {
  agent: string;
  name: string;
  env: Record<string, string>;
  call: Bridge['call'];
}

async function carryOut(ask: Exclude<AskKind, 'stopAll'>, { agent, name, env, call }: Target): Promise<string> {
  switch (ask) {
    case 'stop': {
      const { startedAt } = (await call('agent.stop', { agent })).agent;
      return startedAt === null
        ? `${name} is stopped before it had started.`
        : `${name} is stopped; its worktree stays.`;
    }
    case 'cancel':
      await call('agent.stop', { agent });
      return `${name} is cancelled; what it has done stays.`;
    case 'restart':
      await call('agent.restart', { agent, env });
      return `${name} starts again.`;
    case 'archive': {
      const { saved, notes } = await call('agent.archive', { agent });
      return `${name} is archived${saved ? `, its work saved as ${saved.ref}` : ''}; R brings it back.${told(notes)}`;
    }
    case 'remove': {
      const { saved, notes } = await call('agent.rm', { agent });
      return `${name} is removed${saved ? `, its work saved as ${saved.ref}` : ''}; R brings it back.${told(notes)}`;
    }
  }
}

type Waiting = Extract<Dialog, { busy: boolean }>;
/** The dialog that asked; one that was opened since then waits for nothing. */
const waits = ({ busy }: Waiting) => busy;

/** Shells do the splitting, so that pipes and quotes in the command work as typed. */
const argvOf = (command: string): string[] => ['/bin/sh', '-c', command];

function paramsOf(dialog: NewDialog, state: Cockpit, { root, env }: Bridge): NewAgent {
  const choice = choiceOf(state, dialog.choice);
  const fields = new Set(newFields(dialog, state));
  const text = (value: string) => value.trim() || undefined;
  return {
    cwd: root,
    env,
    name: text(dialog.name.text),
    ...(choice?.profile ? { profile: choice.profile } : choice ? { runtime: choice.runtime } : {}),
    ...(fields.has('command') && { argv: argvOf(dialog.command.text) }),
    ...(fields.has('prompt') && { prompt: text(dialog.prompt.text) }),
    ...(fields.has('base') && { base: text(dialog.base.text) }),
    ...(fields.has('worktree') && { worktree: worktreeOf(dialog, state) }),
  };
}

/**
 * Starts what the dialog describes and selects it, unless the dialog was closed meanwhile: who has gone on may be typing to another one.
 * What was written stays in the dialog until it has worked.
 */
export async function startAgent(bridge: Bridge, dialog: NewDialog): Promise<void> {
  const { store } = bridge;
  const meant = (open: NewDialog) => open.busy && open.name === dialog.name;
  try {
    const { agent } = await bridge.call('agent.new', paramsOf(dialog, store.getState(), bridge));
    if (store.closeDialog('new', meant)) store.setUi({ selected: agent.id, filter: '' });
    store.say('info', `${agent.name} starts.`);
  } catch (error) {
    failed(bridge, 'new', error, meant);
  }
}

/** Sends the prompt and says with which receipt. */
export async function sendPrompt(bridge: Bridge, dialog: PromptDialog): Promise<void> {
  const { store } = bridge;
  const name = store.getState().data.project?.agents[dialog.agent]?.name ?? dialog.agent;
  const meant = (open: PromptDialog) => open.busy && open.agent === dialog.agent;
  try {
    const asked = { agent: dialog.agent, text: dialog.text.text, env: bridge.env };
    const { receipt, evidence } = await bridge.call('agent.send', asked);
    if (receipt === 'not delivered') throw new BooError('failed', `${name} did not get it: ${evidence.detail}`);
    const { [dialog.agent]: _sent, ...prompts } = store.getState().ui.drafts.prompts ?? {};
    store.closeDialog('prompt', meant);
    store.setUi({ drafts: { ...store.getState().ui.drafts, prompts } });
    store.say(receipt === 'submitted' ? 'info' : 'warning', `${name}: ${receipt} (${evidence.detail}).`);
  } catch (error) {
    failed(bridge, 'prompt', error, meant);
  }
}

export async function restoreAgent(bridge: Bridge, target: string): Promise<void> {
  const { store } = bridge;
  try {
    const { agent } = await bridge.call('agent.restore', { agent: target });
    if (store.closeDialog('restore', waits)) store.setUi({ selected: agent.id, filter: '' });
    store.say('info', `${agent.name} is back${agent.worktree ? ` in ${agent.worktree}` : ''}; r starts it.`);
  } catch (error) {
    failed(bridge, 'restore', error, waits);
  }
}

/** Archived and removed agents, and saved work whose agent is not known any more; newest first. */
export async function loadRestorable({ store, call }: Bridge): Promise<void> {
  try {
    const [{ agents }, { saved, removed }] = await Promise.all([
      call('agent.list', { all: true }),
      call('agent.saved', {}),
    ]);
    const now = Date.now();
    const archived = agents.filter((agent) => agent.archived);
    const refs = new Set([...archived, ...removed].map((agent) => agent.savedRef));
    const items = [
      ...archived.map((agent) => ({
        target: agent.id,
        label: agent.name,
        detail: `archived · ${agent.branch ?? agent.cwd}`,
        at: agent.endedAt ?? 0,
      })),
      ...removed.map(({ id, name, branch, removedAt }) => ({
        target: id,
        label: name,
        detail: `removed ${since(now - removedAt)} ago${branch ? ` · ${branch}` : ''}`,
        at: removedAt,
      })),
      ...saved
        .filter(({ ref }) => !refs.has(ref))
        .map(({ ref, name, savedAt }) => ({
          target: ref,
          label: name,
          detail: `saved ${since(now - savedAt)} ago · ${ref}`,
          at: savedAt,
        })),
    ].sort((a, b) => b.at - a.at);
    store.changeDialog('restore', { items });
  } catch (error) {
    failed({ store }, 'restore', error, ({ items }) => items === null);
  }
}

/** The sentence stands in the dialog it belongs to; when that was closed meanwhile, among the messages. */
export function failed<K extends Waiting['kind']>(
  { store }: Pick<Bridge, 'store'>,
  kind: K,
  error: unknown,
  meant: (dialog: Extract<Dialog, { kind: K }>) => boolean,
): void {
  const open = store.getState().ui.dialogs.at(-1);
  const text = sentence(error, store.getState());
  const change = { busy: false, error: text } as Partial<Extract<Dialog, { kind: K }>>;
  if (open?.kind === kind && meant(open as Extract<Dialog, { kind: K }>)) store.changeDialog(kind, change);
  else store.say('error', text);
}
