import type { Touched } from './collide.ts';
import type { RawPiece } from './patch/pieces.ts';
import { rangeOf, toOlder } from './patch/ranges.ts';
import type { SeenChange } from './review.ts';

/** What a change touches, in lines of its own base or, with what lies `between` an older one and that, in lines of the older one. */
export function touchedBy(change: SeenChange, between: readonly RawPiece[] = []): Touched {
  const { kind, content, newMode, oldMode, newBlob, from, file, editedInside } = change;
  const lines = content === 'text' && kind !== 'created' && kind !== 'deleted';
  const mode = newMode === oldMode ? '' : newMode;
  const name = from === null ? '' : file;
  return {
    what: lines ? 'text' : content === 'mode' && kind !== 'created' && kind !== 'deleted' ? 'mode' : 'whole',
    // Contents that nobody hashed are never taken for equal.
    result: content === 'huge' || editedInside ? null : `${kind === 'deleted'} ${newMode} ${newBlob} ${name}`,
    label: mode || name ? `${mode} ${name}` : null,
    pieces: lines
      ? change.pieces.map((piece) => ({
          range: between.length > 0 ? toOlder(rangeOf(piece), between) : rangeOf(piece),
          text: `${piece.removed.length}\0${piece.added.join('')}`,
        }))
      : [],
  };
}
