import picomatch from 'picomatch';

/** A file that a request names, as found on the disk. */
export interface FileAsked {
  /** From the agent's folder, `/` between its parts; null: outside of it. */
  named: string | null;
  /** The same with every link followed, as far as it exists; null: outside. */
  real: string | null;
  /** Absolute, links followed. */
  absolute: string;
}

/** Longest path that is compared; no file system has longer ones. */
const MAX_CHARS = 4096;

const compile = (pattern: string, hidden: boolean) =>
  picomatch(pattern, { dot: hidden, nonegate: true, strictSlashes: true });

/** A folder whose files can make a program run as the user, whatever edits them: only rules that name it may allow that. */
const GUARDED = /(^|\/)(\.git|\.boocode)(\/|$)/;

/**
 * May a rule that allows `pattern` let this file be touched? Only inside the agent's folder, by its name and by what its name
 * leads to; hidden files (`.env`) only where the pattern writes their dot, `.git` and `.boocode` only where it names them.
 */
export function mayTouch(pattern: string, file: FileAsked): boolean {
  const fits = compile(pattern, false);
  return [file.named, file.real].every((path) => {
    if (path === null || path === '' || path.length > MAX_CHARS) return false;
    const guard = GUARDED.exec(path)?.[2];
    return fits(path) && (guard === undefined || pattern.split('/').includes(guard));
  });
}

/** Is this file among those that a rule asks for or denies? By any of its names; absolute patterns reach outside. */
export function isMeant(pattern: string, file: FileAsked): boolean {
  const fits = compile(pattern, true);
  return [file.named, file.real, file.absolute].some(
    (path) => path !== null && (path.length > MAX_CHARS || fits(path)),
  );
}

/** A pattern that fits exactly this file. */
export const exactly = (path: string): string => path.replace(/[\\*?[\]{}()!+@|,]/g, '\\$&');

/** Does `wide` surely fit every file that `narrow` fits? */
export function coversPath(wide: string, narrow: string, hidden: boolean): boolean {
  if (wide === narrow) return true;
  const dotted = narrow.split('/').some((part) => part.startsWith('.'));
  if (dotted && !hidden) return false;
  const literal = picomatch.scan(narrow).isGlob === false;
  if (literal) return compile(wide, hidden)(narrow);
  if (wide === '**' || wide === '**/*') return true;
  const folder = /^([^*?[\]{}()!+@]+\/)\*\*(?:\/\*)?$/.exec(wide)?.[1];
  return folder !== undefined && narrow.startsWith(folder);
}
