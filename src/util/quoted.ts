import { isUtf8 } from 'node:buffer';

const ESCAPES: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};
const BYTES = Object.fromEntries(Object.entries(ESCAPES).map(([char, code]) => [code[1]!, char.charCodeAt(0)]));

/**
 * A file's name as text that can be shown, put into JSON and turned back: as it is, or in git's C quotes when it has bytes that are no
 * UTF-8, control characters or a leading quote.
 */
export function nameText(name: Buffer): string {
  const text = name.toString();
  if (isUtf8(name) && !/[\0-\x1f\x7f-\x9f]|^"/.test(text)) return text;
  const quoted = [...name].map((byte) => {
    const char = String.fromCharCode(byte);
    return ESCAPES[char] ?? (byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : char);
  });
  return `"${quoted.join('')}"`;
}

/** The bytes of a name that `nameText` wrote. A quote that is not closed is part of the name. */
export function nameBytes(text: string): Buffer {
  if (!/^".*"$/s.test(text)) return Buffer.from(text);
  const bytes: number[] = [];
  for (const [, octal, letter, plain] of text.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(BYTES[letter] ?? letter.charCodeAt(0));
    else bytes.push(...Buffer.from(plain!));
  }
  return Buffer.from(bytes);
}
