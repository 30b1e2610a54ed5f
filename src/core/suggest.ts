/** The most edits (letters put in, left out, changed or swapped) that still count as a slip of the finger. */
const MAX_EDITS = 2;

/** The known word that was most likely meant, or undefined when none is near. */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  let best: { name: string; edits: number } | undefined;
  for (const name of known) {
    if (word.length >= 2 && name.startsWith(word)) return name;
    const edits = distance(word, name);
    if (
      edits <= Math.min(MAX_EDITS, Math.floor(name.length / 2)) &&
      edits < (best?.edits ?? Number.POSITIVE_INFINITY)
    ) {
      best = { name, edits };
    }
  }
  return best?.name;
}

/** Optimal string alignment distance. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, n) => n)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
      }
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
