import type { AnnouncedEdit } from '../../../schema/change.ts';
import type { InboxEntry, Looked } from '../../store/inbox.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';
import { changeInbox } from './move.ts';

type Asking = Pick<Bridge, 'store' | 'call'>;

/** Finds out what is not mirrored of a request that came into sight: what was cut off, and whom its edit would meet. Once. */
export function look(bridge: Asking, entry: InboxEntry): void {
  const { store } = bridge;
  const { id, approval, agent } = entry;
  const state = store.getState();
  if (!approval || state.ui.inbox.looked?.id === id || state.data.link !== 'connected') return;
  changeInbox(store, { looked: { id, whole: null, error: null, collisions: null } });
  const note = (next: Partial<Looked>) => {
    const { looked } = store.getState().ui.inbox;
    if (looked?.id === id) changeInbox(store, { looked: { ...looked, ...next } });
  };
  // Of what was read off a screen there is no more anywhere.
  if (approval.cut && approval.via.type !== 'screen') {
    bridge.call('approvals.get', { id }).then(
      ({ approval: whole }) => note({ whole: { ...whole, cut: false } }),
      (error) => note({ error: sentence(error, store.getState()) }),
    );
  }
  const edits = announced(entry);
  if (edits.length === 0) return;
  // It only warns: where nothing can be told, nothing is said.
  bridge.call('changes.preview', { agent: agent.id, edits }).then(
    ({ collisions }) => note({ collisions }),
    () => {},
  );
}

/** What a request would write whole, as its arguments say it; an edit that only names a place in a file is no known content. */
function announced({ agent, approval }: InboxEntry): AnnouncedEdit[] {
  if (!approval || approval.cut || approval.paths.length !== 1) return [];
  let input: unknown;
  try {
    input = JSON.parse(approval.input);
  } catch {
    return [];
  }
  const content = input && typeof input === 'object' && 'content' in input ? input.content : undefined;
  const path = approval.paths[0]!;
  const folder = `${agent.worktree ?? agent.cwd}/`;
  const file = path.startsWith(folder) ? path.slice(folder.length) : path;
  return typeof content === 'string' && !file.startsWith('/') && !file.startsWith('..') ? [{ file, content }] : [];
}
