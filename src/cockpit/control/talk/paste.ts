import type { Field } from '../../store/dialogs.ts';
import type { TalkUi } from '../../store/talk.ts';
import { short } from '../../views/numbers.ts';
import { insert } from '../edit.ts';

/** A paste that is longer stands in the field by its name: the field is for reading. */
const LINES = 10;
const LENGTH = 1000;
const NAME = /\[paste (\d+): [^\]\n]*\]/g;

/** A whole paste put in at the cursor. */
export function pasteInto({ field, pastes }: Pick<TalkUi, 'field' | 'pastes'>, pasted: string): Partial<TalkUi> {
  const text = pasted.replaceAll(/\r\n?/g, '\n');
  const lines = text.split('\n').length;
  if (lines <= LINES && text.length <= LENGTH) return { field: insert(field, text, true) };
  const size = lines > 1 ? `${short(lines)} lines` : `${short(text.length)} characters`;
  return { field: insert(field, `[paste ${pastes.length + 1}: ${size}]`, true), pastes: [...pastes, text] };
}

/** What is sent: the names of pastes give way to what was pasted. */
export const expanded = ({ field, pastes }: Pick<TalkUi, 'field' | 'pastes'>): string =>
  field.text.replaceAll(NAME, (name, number: string) => pastes[Number(number) - 1] ?? name);

/** Whoever erases backwards into the name of a paste erases all of it; null: there is none. */
export function eraseName({ text, cursor }: Field): Field | null {
  for (const found of text.slice(0, cursor).matchAll(NAME)) {
    const end = found.index + found[0].length;
    if (end === cursor) return { text: text.slice(0, found.index) + text.slice(end), cursor: found.index };
  }
  return null;
}
