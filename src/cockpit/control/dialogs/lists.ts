import type { Command } from '../../../core/commands/context.ts';
import { rank } from '../../../core/commands/fuzzy.ts';
import { commands } from '../../../core/commands/table.ts';
import { pickItems } from '../../selectors/talk.ts';
import type { Dialog, PickDialog, RestoreDialog, SearchesDialog } from '../../store/dialogs.ts';
import { edit, insert } from '../edit.ts';
import { clamp, type DialogContext, type Press, type Step, scrollBy } from './step.ts';

type PaletteDialog = Extract<Dialog, { kind: 'palette' }>;

/** Commands that fit what was written, best first, with the letters that match. */
export const paletteItems = (query: string): { item: Command; at: number[] }[] =>
  rank(
    query,
    commands.filter((one) => one.id !== 'palette' && one.when === 'moving'),
    (one) => one.title,
  );

export function paletteKey(dialog: PaletteDialog, { key, text }: Press): Step<PaletteDialog> {
  const items = paletteItems(dialog.query.text);
  if (key === 'Enter') {
    const chosen = items[dialog.index]?.item;
    return chosen ? { dialog: null, effect: { type: 'run', id: chosen.id } } : { dialog };
  }
  const by =
    key === 'Up' || key === 'C-p' || key === 'BTab' ? -1 : key === 'Down' || key === 'C-n' || key === 'Tab' ? 1 : 0;
  if (by) return { dialog: { ...dialog, index: clamp(dialog.index + by, 0, items.length - 1) } };
  const query = text === null ? edit(dialog.query, key) : insert(dialog.query, text, false);
  return { dialog: { ...dialog, query, index: query.text === dialog.query.text ? dialog.index : 0 } };
}

export function restoreKey(dialog: RestoreDialog, { key }: Press, page: number): Step<RestoreDialog> {
  const count = dialog.items?.length ?? 0;
  if (key === 'Enter') {
    const chosen = dialog.items?.[dialog.index];
    if (!chosen || dialog.busy) return { dialog };
    return { dialog: { ...dialog, busy: true, error: null }, effect: { type: 'restore', target: chosen.target } };
  }
  const by = scrollBy(key, page);
  return { dialog: by === null ? dialog : { ...dialog, index: clamp(dialog.index + by, 0, count - 1) } };
}

export function pickKey(dialog: PickDialog, { key }: Press, { state, page }: DialogContext): Step<PickDialog> {
  const items = pickItems(state, dialog);
  const chosen = items[dialog.index];
  if (key === 'Enter') {
    if (!chosen || dialog.busy) return { dialog };
    return { dialog: { ...dialog, busy: true, error: null }, effect: { type: 'pick', id: chosen.id } };
  }
  const by = scrollBy(key, page);
  return { dialog: by === null ? dialog : { ...dialog, index: clamp(dialog.index + by, 0, items.length - 1) } };
}

/** Enter runs a saved search, x forgets it. */
export function searchesKey(
  dialog: SearchesDialog,
  { key }: Press,
  { state, page }: DialogContext,
): Step<SearchesDialog> {
  const saved = state.data.project?.searches ?? [];
  const chosen = saved[clamp(dialog.index, 0, saved.length - 1)];
  if (chosen && key === 'Enter') return { dialog: null, effect: { type: 'search', id: chosen.id } };
  if (chosen && !dialog.busy && (key === 'x' || key === 'd' || key === 'DC')) {
    return { dialog: { ...dialog, busy: true, error: null }, effect: { type: 'forget', id: chosen.id } };
  }
  const by = scrollBy(key, page);
  return { dialog: by === null ? dialog : { ...dialog, index: clamp(dialog.index + by, 0, saved.length - 1) } };
}
