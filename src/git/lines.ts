/** Longest line that is handed on, in characters; the rest of a longer one comes as further lines. */
const MAX_LINE = 10_000;

/** Cuts a stream of text into lines (LF, CRLF or a lone CR, as progress bars use it). `end` hands on what is left. */
export function lineSplitter(onLine: (line: string) => void): { write(text: string): void; end(): void } {
  let rest = '';
  return {
    write(text) {
      const parts = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = parts.pop() ?? '';
      for (const part of parts) onLine(part);
      while (rest.length > MAX_LINE) {
        onLine(rest.slice(0, MAX_LINE));
        rest = rest.slice(MAX_LINE);
      }
    },
    end() {
      const last = rest.replace(/\r$/, '');
      rest = '';
      if (last) onLine(last);
    },
  };
}

/** The fields of `-z` output, as bytes: names of files may be any bytes but NUL. */
export function fieldsOf(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    fields.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    if (end < 0) break;
    start = end + 1;
  }
  return fields;
}

/** A path below a folder, byte for byte. */
export const below = (folder: string, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${folder}/`), name]);

/** Fields as `-z` input. */
export const joinFields = (fields: readonly Buffer[]): Buffer =>
  Buffer.concat(fields.flatMap((field) => [field, Buffer.of(0)]));
