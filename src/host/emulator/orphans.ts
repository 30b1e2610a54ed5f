import type { Terminal } from '@xterm/headless';

/** What is needed of a screen, under the names that xterm 6 gives its own (see access.ts). */
interface Rows {
  lines: { get(index: number): { isWrapped: boolean } | undefined };
  /** Row of `lines` at the top of the screen. */
  ybase: number;
  scrollTop: number;
  scrollBottom: number;
}

/**
 * Where a program deletes rows at the top of the screen the row that comes to stand there begins a line. xterm leaves it the
 * rest of one: of whatever left the screen last, be it long ago, and counted as whole.
 */
export function endOrphans(terminal: Terminal, screen: () => Rows): void {
  const begin = (row: number) => {
    const { lines, ybase, scrollTop, scrollBottom } = screen();
    const line = scrollTop === 0 && row <= scrollBottom ? lines.get(ybase + row) : undefined;
    if (line) line.isWrapped = false;
  };
  for (const final of ['M', 'S']) {
    terminal.parser.registerCsiHandler({ final }, (params) => {
      if (final === 'S' || terminal.buffer.active.cursorY === 0) begin(Math.max(1, Number(params[0] ?? 1)));
      // xterm does the rest.
      return false;
    });
  }
}
