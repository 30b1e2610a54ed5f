import { entryPath } from '../util/entry.ts';
import { shellWord } from '../util/shell.ts';

/** The words that start this program again, whatever folder one is in. */
export const selfCommand = (): string[] => [process.execPath, entryPath('main')];

/** Words as one line for a POSIX shell. */
export const shellLine = (words: string[]): string => words.map(shellWord).join(' ');
