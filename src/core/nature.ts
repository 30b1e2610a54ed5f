import type { FileChange } from '../schema/change.ts';
import { LINK, SUBMODULE } from './apply.ts';

type Sides = Pick<FileChange, 'content' | 'oldMode' | 'newMode' | 'oldBlob' | 'newBlob' | 'editedInside'>;

const NONE = /^0+$/;
const NATURES: Record<string, string> = { [LINK]: 'link', [SUBMODULE]: 'submodule' };
const natureOf = (mode: string) => NATURES[mode] ?? 'file';
const short = (oid: string) => oid.slice(0, 7);

/** `submodule 229d504 → 7c3d459`, `submodule 229d504, edited inside`; null: it is none, neither before nor now. */
export function submoduleWords(change: Sides): string | null {
  const words = commitWords(change);
  return words && `${words}${change.editedInside ? ', edited inside' : ''}`;
}

function commitWords({ oldMode, newMode, oldBlob, newBlob }: Sides): string | null {
  if (newMode === SUBMODULE && oldBlob === newBlob) return `submodule ${short(newBlob)}`;
  if (oldMode === SUBMODULE && newMode === SUBMODULE) return `submodule ${short(oldBlob)} → ${short(newBlob)}`;
  if (newMode === SUBMODULE) return `${NONE.test(oldMode) ? '' : `${natureOf(oldMode)} → `}submodule ${short(newBlob)}`;
  if (oldMode !== SUBMODULE) return null;
  return `submodule ${short(oldBlob)}${NONE.test(newMode) ? '' : ` → ${natureOf(newMode)}`}`;
}

/** `file → link`; null: it is still what it was. */
export function retypedWords({ oldMode, newMode }: Sides): string | null {
  if (NONE.test(oldMode) || NONE.test(newMode) || natureOf(oldMode) === natureOf(newMode)) return null;
  return `${natureOf(oldMode)} → ${natureOf(newMode)}`;
}

/** What a change is whose lines are not shown: `binary`, `huge`, a submodule's commits, or of what kind it was and is; null: lines, or a mode. */
export function natureWords(change: Sides): string | null {
  if (change.content !== 'binary' && change.content !== 'huge') return null;
  return submoduleWords(change) ?? retypedWords(change) ?? change.content;
}
