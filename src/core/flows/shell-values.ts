/**
 * A command with values in it: each stands in a variable of the shell, which it never reads as code. So a value cannot become a
 * command whatever it holds, even where we misjudge the quotes around it: they only decide how the variable is written.
 *
 * ```
 * echo "to: \01\0" \02\0   ▶   v1='a'\''b'; v2='$(rm x)'
 *                                  echo "to: ${v1}" "${v2}"
 * ```
 */
export function shellWith(text: string, values: readonly string[]): string {
  if (values.length === 0) return text;
  const whole: string[] = [];
  for (const value of values) {
    // What was captured and put in again is its own text; a value that looks like a mark names none that comes later, itself included.
    const next = value.replace(MARK, (_, at: string) => whole[Number(at) - 1] ?? '');
    if (next.length > MAX_VALUE)
      throw new Error(`a value has more than ${MAX_VALUE} characters: no command takes that`);
    whole.push(next);
  }
  const names = [...new Set([...text.matchAll(MARK)].map(([, at]) => Number(at)))];
  const given = names.map((at) => `v${at}=${quoted(whole[at - 1] ?? '')}`);
  return given.length === 0 ? text : `${given.join('; ')}\n${written(text)}`;
}

/** Characters of one value: systems take about so many bytes in one argument of a program. */
const MAX_VALUE = 100_000;

// Marks are made of what no command can hold.
const MARK = /\0(\d+)\0/g;

/** One word that the shell takes as it is. */
const quoted = (value: string): string => `'${value.replaceAll('\0', '').replaceAll("'", String.raw`'\''`)}'`;

/** The variable as the quotes around it need it. */
const FORMS = {
  none: (name: string) => `"\${${name}}"`,
  double: (name: string) => `\${${name}}`,
  single: (name: string) => `'"\${${name}}"'`,
};

function written(text: string): string {
  let quotes: keyof typeof FORMS = 'none';
  let out = '';
  /** Open parentheses since `$((`; null: not in a sum. */
  let sum: number | null = null;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    const next = text[at + 1] ?? '';
    if (quotes !== 'single' && sum === null && text.startsWith('$((', at)) sum = 0;
    if (sum !== null && sign === '(') sum += 1;
    if (sum !== null && sign === ')') sum = sum > 1 ? sum - 1 : null;
    if (sign === '\0') {
      if (sum !== null) throw new Error('no value can stand in $(( )): some shells run what is in it; use expr');
      const end = text.indexOf('\0', at + 1);
      out += FORMS[quotes](`v${text.slice(at + 1, end)}`);
      at = end;
    } else if (sign === '\\' && quotes !== 'single' && next !== '\0') {
      out += sign + next;
      at += 1;
    } else if (sign === '#' && quotes === 'none' && /^$|[\s;&|(]/.test(text[at - 1] ?? '')) {
      // A comment may hold an apostrophe.
      const end = text.indexOf('\n', at);
      const comment = end < 0 ? text.slice(at) : text.slice(at, end);
      out += comment.replace(MARK, '');
      at += comment.length - 1;
    } else {
      if (sign === "'" && quotes !== 'double') quotes = quotes === 'single' ? 'none' : 'single';
      if (sign === '"' && quotes !== 'single') quotes = quotes === 'double' ? 'none' : 'double';
      out += sign;
    }
  }
  return out;
}
