import { Content, WORDS_PER_CELL } from '../../schema/cell.ts';
import type { Grid } from '../types.ts';

/** What a row of a screen says. */
export function rowText(grid: Grid, y: number): string {
  let text = '';
  for (let x = 0; x < grid.cols; x++) {
    const content = grid.cells[(y * grid.cols + x) * WORDS_PER_CELL]!;
    if ((content & Content.WIDTH) === 0) continue;
    text +=
      content & Content.COMBINED
        ? (grid.extras[y]?.get(x)?.text ?? ' ')
        : String.fromCodePoint(content & Content.CODEPOINT || 32);
  }
  return text.trimEnd();
}
