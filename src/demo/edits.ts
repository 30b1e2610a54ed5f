import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { EditStep } from '../schema/scenario.ts';
import { BooError } from '../util/errors.ts';

/** What an edit did: lines that went and lines that came, without the common ones at both ends. */
export interface Edited {
  file: string;
  removed: string[];
  added: string[];
}

/** The real place of `file`. Throws `usage` when it lies outside `root` (also by a link) or inside a .git folder. */
function inside(root: string, file: string): string {
  const top = realpathSync(root);
  const path = resolve(top, file);
  let known = path;
  while (!existsSync(known)) known = dirname(known);
  const real = join(realpathSync(known), relative(known, path));
  if (!real.startsWith(top + sep) || relative(top, real).split(sep).includes('.git')) {
    throw new BooError('usage', `the demo edits only files of its own folder, not ${file}`);
  }
  return real;
}

function changed(old: string, edit: EditStep): string | null {
  if (edit.write !== undefined) return edit.write;
  if (edit.append !== undefined) return old + edit.append;
  if (edit.insert) {
    const lines = old.split('\n');
    lines.splice(Math.min(edit.insert.line - 1, lines.length), 0, edit.insert.text);
    return lines.join('\n');
  }
  if (edit.replace) {
    const at = old.indexOf(edit.replace.find);
    if (at < 0) throw new BooError('failed', `${edit.file} does not contain ${JSON.stringify(edit.replace.find)}`);
    return old.slice(0, at) + edit.replace.with + old.slice(at + edit.replace.find.length);
  }
  return null;
}

/** Carries an edit out. Throws BooError when the file is elsewhere, missing, or has not what is to be replaced. */
export function applyEdit(root: string, edit: EditStep): Edited {
  const path = inside(root, edit.file);
  const exists = existsSync(path);
  if (!exists && (edit.replace || edit.delete)) throw new BooError('failed', `there is no file ${edit.file}`);
  const old = exists ? readFileSync(path, 'utf8') : '';
  const text = changed(old, edit);
  if (text === null) rmSync(path);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return { file: edit.file, ...difference(linesOf(old), linesOf(text ?? '')) };
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function difference(old: string[], next: string[]): { removed: string[]; added: string[] } {
  let head = 0;
  while (head < Math.min(old.length, next.length) && old[head] === next[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, next.length) - head && old.at(-1 - tail) === next.at(-1 - tail)) tail++;
  return { removed: old.slice(head, old.length - tail), added: next.slice(head, next.length - tail) };
}
