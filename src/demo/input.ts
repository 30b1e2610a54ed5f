/** What a person did at the keyboard. `text` is what was typed or pasted, line breaks as `\n`. */
export type Key =
  | { key: 'text'; text: string }
  | { key: 'enter' | 'backspace' | 'interrupt' | 'end' | 'clear' | 'word' | 'newline' };

const PASTE_BEGIN = '\x1b[200~';
const PASTE_END = '\x1b[201~';

const CONTROL: Record<string, Exclude<Key['key'], 'text'>> = {
  '\r': 'enter',
  '\n': 'newline',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x03': 'interrupt',
  '\x04': 'end',
  '\x15': 'clear',
  '\x17': 'word',
};

/** An escape sequence of a key that means nothing here: CSI, SS3, or Alt and a character. */
const SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[^[O])/s;
/** One that has not come to its end yet. */
const PARTIAL = /^\x1b(?:\[[0-?]*[ -/]*|O)?$/;

/** Takes decoded characters apart; what is not whole yet comes back as `pending` and goes in front of the next ones. */
export function readKeys(input: string): { keys: Key[]; pending: string } {
  const keys: Key[] = [];
  let rest = input;
  while (rest !== '') {
    if (rest.startsWith(PASTE_BEGIN)) {
      const end = rest.indexOf(PASTE_END);
      if (end < 0) return { keys, pending: rest };
      const text = rest.slice(PASTE_BEGIN.length, end).replace(/\r\n?/g, '\n');
      keys.push({ key: 'text', text });
      rest = rest.slice(end + PASTE_END.length);
      continue;
    }
    if (PARTIAL.test(rest)) return { keys, pending: rest };
    const skipped = SEQUENCE.exec(rest)?.[0].length;
    const control = CONTROL[rest[0]!];
    const text = /^[^\x00-\x1f\x7f]+/.exec(rest)?.[0];
    if (text !== undefined) keys.push({ key: 'text', text });
    else if (control) keys.push({ key: control });
    rest = rest.slice(skipped ?? text?.length ?? 1);
  }
  return { keys, pending: '' };
}
