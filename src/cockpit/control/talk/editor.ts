import { type Field, field } from '../../store/dialogs.ts';
import type { Completion, TalkUi } from '../../store/talk.ts';
import type { Press } from '../dialogs/step.ts';
import { edit, insert } from '../edit.ts';
import { eraseName } from './paste.ts';

/** What the editor decides from besides its own state. */
export interface EditorContext {
  /** A turn runs. */
  working: boolean;
  /** Prompts of before, newest first. */
  past(): readonly string[];
  queue: readonly { id: string; text: string }[];
}

/** What a key in the editor wants done. */
export type EditorEffect =
  | { type: 'send' }
  | { type: 'interrupt' }
  | { type: 'unqueue'; id: string; text: string }
  | { type: 'mode' }
  | { type: 'scroll'; pages: 1 | -1 }
  | { type: 'say'; text: string };

export interface EditorStep {
  ui: Partial<TalkUi>;
  effect?: EditorEffect;
}

const NEW_LINE: ReadonlySet<string> = new Set(['M-Enter', 'S-Enter', 'C-j', 'C-Enter']);

/** A key while a prompt is written. */
export function editorKey(ui: TalkUi, { key, text }: Press, context: EditorContext): EditorStep {
  if (ui.completion && ui.completion.items.length > 0) {
    const chosen = completionKey(ui, ui.completion, key);
    if (chosen) return { ui: chosen };
  }
  if (text !== null) return written(ui, insert(ui.field, text, true));
  switch (key) {
    case 'Enter':
      return enter(ui);
    case 'Escape':
    case 'C-c':
      return away(ui, context);
    case 'BTab':
      return { ui: {}, effect: { type: 'mode' } };
    case 'PPage':
    case 'NPage':
      return { ui: {}, effect: { type: 'scroll', pages: key === 'PPage' ? -1 : 1 } };
    case 'Up':
    case 'Down':
      return upDown(ui, key, context);
    default:
      if (NEW_LINE.has(key)) return written(ui, insert(ui.field, '\n', true));
      return written(ui, (key === 'BSpace' && eraseName(ui.field)) || edit(ui.field, key, true));
  }
}

/** A backslash before Enter begins a new line, where no other key for it gets through. */
function enter(ui: TalkUi): EditorStep {
  const { text, cursor } = ui.field;
  if (text[cursor - 1] === '\\') {
    return written(
      ui,
      insert({ text: text.slice(0, cursor - 1) + text.slice(cursor), cursor: cursor - 1 }, '\n', true),
    );
  }
  return text.trim() === '' ? { ui: {} } : { ui: {}, effect: { type: 'send' } };
}

/** Closes the list of files, clears the text (the key upwards brings it back), ends the turn: one at a time. */
function away(ui: TalkUi, { working }: EditorContext): EditorStep {
  if (ui.completion) return { ui: { completion: null } };
  if (ui.field.text !== '') {
    return { ui: { field: field(), draft: ui.field, back: -1, note: 'Cleared; ↑ brings it back.' } };
  }
  if (working) return { ui: {}, effect: { type: 'interrupt' } };
  return { ui: {}, effect: { type: 'say', text: 'No turn runs.' } };
}

/** Within the text first, then through the prompts of before; from an empty field first back to what is queued. */
function upDown(ui: TalkUi, key: 'Up' | 'Down', { past, queue }: EditorContext): EditorStep {
  const inside = edit(ui.field, key, true);
  const { text, cursor } = ui.field;
  const onEdge = key === 'Up' ? !text.slice(0, cursor).includes('\n') : !text.slice(cursor).includes('\n');
  if (!onEdge) return { ui: { field: inside } };
  if (key === 'Up' && ui.back === -1) return { ui: { field: ui.draft, back: 0, note: null } };
  const newest = queue.at(-1);
  if (key === 'Up' && text === '' && newest) return { ui: {}, effect: { type: 'unqueue', ...newest } };
  const at = Math.max(0, ui.back);
  const before = past();
  const back = Math.max(0, Math.min(before.length, at + (key === 'Up' ? 1 : -1)));
  if (back === at) return { ui: { field: inside } };
  const draft = at === 0 ? ui.field : ui.draft;
  return { ui: { back, draft, field: back === 0 ? draft : field(before[back - 1]), completion: null } };
}

/** The text is another one: what it asks to be completed is looked at anew. */
function written(ui: TalkUi, next: Field): EditorStep {
  if (next === ui.field) return { ui: {} };
  const moved = next.text === ui.field.text;
  return { ui: { field: next, completion: completionAt(next, ui.completion), ...(!moved && { back: 0, note: null }) } };
}

/** `@src/au` before the cursor, at the beginning of a word. What was found for a shorter text stays until there is more. */
export function completionAt({ text, cursor }: Field, before: Completion | null): Completion | null {
  const found = /(?:^|\s)@([^\s@]{0,200})$/.exec(text.slice(Math.max(0, cursor - 202), cursor));
  if (!found) return null;
  const query = found[1]!;
  const from = cursor - query.length - 1;
  return { from, query, items: before?.from === from ? before.items : [], index: 0 };
}

function completionKey(ui: TalkUi, completion: Completion, key: string): Partial<TalkUi> | null {
  const { items, index, from } = completion;
  const to = (next: number) => ({ completion: { ...completion, index: (next + items.length) % items.length } });
  if (key === 'Up' || key === 'C-p') return to(index - 1);
  if (key === 'Down' || key === 'C-n') return to(index + 1);
  if (key !== 'Enter' && key !== 'Tab') return null;
  const { text, cursor } = ui.field;
  const word = `@${items[index]} `;
  return {
    field: { text: text.slice(0, from) + word + text.slice(cursor), cursor: from + word.length },
    completion: null,
  };
}
