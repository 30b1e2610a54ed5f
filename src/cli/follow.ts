/**
 * Follows what a terminal program prints, line by line, from two sources: the history (lines that have left the screen;
 * final, numbered) and the screen (may still be redrawn). A screen line is printed once it stands above the cursor and
 * the screen is still; when it reaches the history later it is recognised and not printed again.
 */
export interface Followed {
  /** Number of the last history line seen. */
  line: number;
  /** Lines printed off the screen that have not been seen in the history yet, oldest first. */
  ahead: string[];
}

export interface Sight {
  /** History lines after `followed.line`, oldest first. */
  history: string[];
  /** Number of the newest history line. */
  total: number;
  /** Complete lines of a screen that is still; null while it changes or when it belongs to a full-screen program. */
  screen: string[] | null;
  /** The same lines as they are to be printed, where that is not their text. */
  styled?: { history: string[]; screen: string[] };
}

/** What is new, to be printed in this order. */
export function follow(
  before: Followed,
  { history, total, screen, styled }: Sight,
): { print: string[]; after: Followed } {
  const print: string[] = [];
  let ahead = before.ahead;
  for (const [index, line] of history.entries()) {
    const known = matchAhead(ahead, line);
    if (known === null) print.push(styled?.history[index] ?? line);
    ahead = known ?? ahead.slice(1);
  }
  if (screen === null) return { print, after: { line: total, ahead } };
  const same = ahead.findIndex((line, y) => screen[y] !== line);
  const kept = same < 0 ? ahead.length : same;
  print.push(...(styled?.screen ?? screen).slice(kept));
  return { print, after: { line: total, ahead: screen.slice() } };
}

/**
 * The lines that remain ahead when this history line is the first of them, wrapped over several screen rows perhaps;
 * null when it is not: the row was redrawn after it was printed.
 */
function matchAhead(ahead: string[], line: string): string[] | null {
  let joined = '';
  for (let rows = 0; rows < ahead.length; rows++) {
    joined += ahead[rows];
    if (joined === line) return ahead.slice(rows + 1);
    if (!line.startsWith(joined)) return null;
  }
  return null;
}
