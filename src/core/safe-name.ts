/*
 * Names come from agents' worktrees, and a repository's own config can switch git's guards off. What is written by us is checked by us.
 */

/** Code points that HFS+ ignores in names (git's own list in utf8.c), so that `.g\u200cit` opens `.git` there. */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
/** Parts of `.boocode/` that belong to the project; everything else there is BooCode's own state. */
const SHARED = new Set(['config.json', 'workflows', 'flows']);

/** How file systems without case, with ignorable code points, or with NTFS's short names and streams read one part of a name. */
const readings = (part: string): string[] => {
  const plain = part.replace(IGNORED_BY_HFS, '').toLowerCase();
  return [plain, plain.replace(/:.*$/s, '').replace(/[. ]+$/, '')];
};

/** One clause that says why nothing may be written at this name (bytes, relative, `/` between its parts), or null. */
export function unsafeName(name: Buffer): string | null {
  const text = name.toString();
  if (name.length === 0 || name.includes(0)) return 'it is no name of a file';
  if (text.startsWith('/') || /^[a-zA-Z]:/.test(text)) return 'its name leads outside the project';
  // A backslash divides names on Windows.
  const parts = text.split(/[/\\]/);
  for (const part of parts) {
    if (part === '' || part === '.' || part === '..') return 'its name leads outside the project';
    if (readings(part).some((one) => one === '.git' || /^git~\d+$/.test(one)))
      return "its name leads into git's own folder";
  }
  const [top = '', below] = parts.map((part) => readings(part)[1]!);
  if ((top === '.boocode' || /^boocod~\d+$/.test(top)) && !SHARED.has(below ?? '')) {
    return "its name leads into BooCode's own state";
  }
  return null;
}

/** Links that git itself follows or refuses: one of these could make git read rules from anywhere. */
export const isRuleFile = (name: Buffer): boolean =>
  /^\.git(modules|attributes|ignore)$/.test(readings(name.toString().split('/').at(-1)!)[1]!);
