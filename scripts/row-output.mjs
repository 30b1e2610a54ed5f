/** Text that is one column for each of its UTF-16 units, and the styles of it: what painted rows are made of. */
export const plainRow = (narrow) => new RegExp(`^(?:[${narrow}]|\\x1b\\[\\d+(?:;\\d+)*m)*$`);

/**
 * Gives Ink's `Output` a short way for frames of painted rows. Its own takes every text of a frame apart into an object for each
 * cell, grapheme by grapheme, and writes them together again; here a row is put together from the texts that lie in it, cut
 * where a later one covers them. What is not that simple (wide characters, clips, several lines) takes Ink's own way.
 * `isPlain` says whether a text is `plainRow`.
 */
export function withRows(Output, isPlain) {
  return class RowOutput extends Output {
    get() {
      const rows = Array.from({ length: this.height }, () => []);
      for (const operation of this.operations) {
        const piece = pieceOf(operation, isPlain);
        if (piece === null) return super.get();
        if (piece !== undefined && rows[piece.y] !== undefined) rows[piece.y] = laidOver(rows[piece.y], piece);
      }
      return { output: rows.map(textOf).join('\n'), height: this.height };
    }
  };
}

/** Where a text lies; undefined: nowhere; null: it is not simple enough. */
function pieceOf({ type, x, y, text, transformers }, isPlain) {
  if (type !== 'write' || !Number.isInteger(x) || !Number.isInteger(y) || x < 0) return null;
  let painted = text;
  for (const transform of transformers) painted = transform(painted, 0);
  if (!isPlain(painted)) return null;
  const width = painted.includes('\x1b') ? painted.replace(/\x1b\[[\d;]*m/g, '').length : painted.length;
  return width === 0 ? undefined : { x, y, width, text: painted };
}

/** The pieces of a row, from left to right, after this one was laid over them. */
function laidOver(row, piece) {
  const end = piece.x + piece.width;
  const left = [];
  const right = [];
  for (const one of row) {
    const its = one.x + one.width;
    if (one.x < piece.x)
      left.push(its <= piece.x ? one : { ...one, width: piece.x - one.x, text: cut(one, piece.x)[0] });
    if (its > end) right.push(one.x >= end ? one : { ...one, x: end, width: its - end, text: cut(one, end)[1] });
  }
  return [...left, piece, ...right];
}

/** A piece's text before a column of the screen, and from there on with the styles that hold there. */
function cut({ x, text }, column) {
  const sequence = /\x1b\[[\d;]*m/g;
  let styles = '';
  let visible = column - x;
  let at = 0;
  for (let found = sequence.exec(text); found && found.index - at <= visible; found = sequence.exec(text)) {
    visible -= found.index - at;
    at = sequence.lastIndex;
    styles = found[0] === '\x1b[0m' ? '' : styles + found[0];
  }
  return [text.slice(0, at + visible), styles + text.slice(at + visible)];
}

function textOf(row) {
  let text = '';
  let column = 0;
  for (const one of row) {
    text += ' '.repeat(one.x - column) + one.text;
    if (one.text.includes('\x1b') && !one.text.endsWith('\x1b[0m')) text += '\x1b[0m';
    column = one.x + one.width;
  }
  return text.trimEnd();
}
