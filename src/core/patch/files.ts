import { linesOf, type PatchHunk, parseHunks } from './parse.ts';

export interface FilePatch {
  /** As the diff names its new side, or its old one where the file goes. */
  file: string;
  hunks: PatchHunk[];
}

/** What may stand between hunks. */
const BETWEEN =
  /^(?:---|\+\+\+|@@|diff|index|old mode|new mode|new file|deleted file|similarity|dissimilarity|rename|copy|Index:|===|\\)|^\r?\n?$/;
const SIDE = /^(?:---|\+\+\+) (?:"?[ab]\/)?(.*?)"?(?:\t.*)?\r?\n?$/;

/**
 * A unified diff of several files, taken apart. Empty: it is none, or has lines that belong to no hunk; who shows it must then show
 * the text itself, since nothing of it may stay unseen.
 */
export function parseFiles(diff: string): FilePatch[] {
  const files: { names: string[]; lines: string[] }[] = [];
  let left = { old: 0, new: 0 };
  for (const line of linesOf(diff)) {
    const inHunk = left.old > 0 || left.new > 0;
    if (inHunk && !line.startsWith('\\')) {
      if (line[0] !== '+') left.old--;
      if (line[0] !== '-') left.new--;
    } else if (!inHunk && line.startsWith('--- ')) {
      files.push({ names: [SIDE.exec(line)![1]!], lines: [] });
    } else if (!inHunk && line.startsWith('+++ ')) {
      files.at(-1)?.names.unshift(SIDE.exec(line)![1]!);
    }
    if (!inHunk && !BETWEEN.test(line)) return [];
    const header = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (header && !inHunk) left = { old: Number(header[1] ?? 1), new: Number(header[2] ?? 1) };
    if (header && files.length === 0) files.push({ names: [''], lines: [] });
    files.at(-1)?.lines.push(line);
  }
  return files
    .map(({ names, lines }) => ({
      file: names.find((name) => name !== '/dev/null') ?? '',
      hunks: parseHunks(lines.join('')).hunks,
    }))
    .filter(({ hunks }) => hunks.length > 0);
}
