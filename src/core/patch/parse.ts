/*
 * Reads the patches that git prints. Everything is bytes, as latin1 strings of one character a byte: an agent's files may have
 * any encoding, and what is applied later must be theirs to the byte.
 */

/** A line with its line end, if it has one. */
export interface PatchLine {
  type: 'context' | 'removed' | 'added';
  /** latin1: one character a byte. Without a final line feed: the file ends here without one. */
  bytes: string;
}

export interface PatchHunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** What git found to be the function around it; latin1. */
  section: string;
  lines: PatchLine[];
}

const HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/** The hunks of one file's patch (what git prints from its first `@@` line on). `binary`: git shows no lines of it. */
export function parseHunks(patch: string): { hunks: PatchHunk[]; binary: boolean } {
  const hunks: PatchHunk[] = [];
  let hunk: PatchHunk | undefined;
  let oldLeft = 0;
  let newLeft = 0;
  let binary = false;
  for (const line of linesOf(patch)) {
    if (hunk && line.startsWith('\\')) {
      const last = hunk.lines.at(-1)!;
      last.bytes = last.bytes.slice(0, -1);
      continue;
    }
    if (hunk && (oldLeft > 0 || newLeft > 0)) {
      const type = line[0] === '-' ? 'removed' : line[0] === '+' ? 'added' : 'context';
      if (type !== 'added') oldLeft--;
      if (type !== 'removed') newLeft--;
      // A blank line may come without its space (diff.suppressBlankEmpty).
      hunk.lines.push({ type, bytes: line === '\n' ? line : line.slice(1) });
      continue;
    }
    const header = HEADER.exec(line.replace(/\n$/, ''));
    if (!header) {
      binary ||= /^(Binary files .* differ|GIT binary patch)$/m.test(line);
      continue;
    }
    const [, oldStart, oldLines = '1', newStart, newLines = '1', section = ''] = header;
    oldLeft = Number(oldLines);
    newLeft = Number(newLines);
    hunk = {
      oldStart: Number(oldStart),
      oldLines: oldLeft,
      newStart: Number(newStart),
      newLines: newLeft,
      section,
      lines: [],
    };
    hunks.push(hunk);
  }
  return { hunks, binary };
}

/** Lines with their line feeds; a carriage return belongs to its line. Nothing is lost: joined they are the text again. */
export function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    lines.push(end < 0 ? text.slice(start) : text.slice(start, end + 1));
    start = end < 0 ? text.length : end + 1;
  }
  return lines;
}
