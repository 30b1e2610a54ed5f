import { StringDecoder } from 'node:string_decoder';

/** Characters of one line that are put together. Of a longer one only its beginning is given, this much of it. */
const MAX_LINE = 8 * 1024 * 1024;
const BEGINNING = 64 * 1024;

/**
 * Cuts a byte stream into lines at LF (CR before it is dropped); UTF-8 is never split. `whole` is set for a line that was too long:
 * how many characters it had. `max` in characters.
 */
export function createLines(
  onLine: (text: string, whole?: number) => void,
  max = MAX_LINE,
): { add(bytes: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  /** Characters of the line so far, and of those that are held. */
  let length = 0;
  let held = 0;
  const emit = (last: string) => {
    const text = parts.join('') + last;
    const whole = length + last.length;
    parts = [];
    length = 0;
    held = 0;
    if (whole > max) onLine(text.slice(0, BEGINNING), whole);
    else onLine(text.endsWith('\r') ? text.slice(0, -1) : text);
  };
  const keep = (text: string) => {
    length += text.length;
    held += text.length;
    parts.push(text);
    // What is already too long is held no longer than its beginning.
    if (length <= max || held <= BEGINNING) return;
    parts = [parts.join('').slice(0, BEGINNING)];
    held = parts[0]!.length;
  };
  const add = (text: string) => {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      emit(text.slice(start, end));
      start = end + 1;
    }
    if (start < text.length) keep(text.slice(start));
  };
  return {
    add: (bytes) => add(decoder.write(bytes)),
    end() {
      add(decoder.end());
      if (length > 0) emit('');
    },
  };
}
