import { StringDecoder } from 'node:string_decoder';

/** Characters of one line that are put together; a longer one comes in pieces. */
const MAX_LINE = 8 * 1024 * 1024;

/** Cuts a byte stream into lines at LF (CR before it is dropped); UTF-8 is never split. `max` in characters. */
export function createLines(onLine: (text: string) => void, max = MAX_LINE): { add(bytes: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  const emit = (text: string) => onLine(text.endsWith('\r') ? text.slice(0, -1) : text);
  const add = (text: string) => {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      emit(parts.join('') + text.slice(start, end));
      parts = [];
      length = 0;
      start = end + 1;
    }
    if (start < text.length) {
      parts.push(text.slice(start));
      length += text.length - start;
    }
    if (length >= max) {
      emit(parts.join(''));
      parts = [];
      length = 0;
    }
  };
  return {
    add: (bytes) => add(decoder.write(bytes)),
    end() {
      add(decoder.end());
      if (length > 0) emit(parts.join(''));
      parts = [];
      length = 0;
    },
  };
}
