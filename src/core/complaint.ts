/** Longest complaint that stands beside a status, in characters. */
const CHARS = 200;
const ERROR = /^\s*(\w*error|fatal)\b/i;

/** Of lines of a standard error the one that says why it ended: the first that calls itself an error, else the last with text. */
export function complaintOf(before: string | null, line: string): string | null {
  const text = line.trim();
  if (text === '' || (before !== null && ERROR.test(before))) return before;
  return text.length > CHARS ? `${text.slice(0, CHARS - 1)}…` : text;
}
