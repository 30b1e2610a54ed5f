import type { ColorDepth } from '../types.ts';
import type { Row, Span } from '../views/span.ts';
import { type Ground, groundOf, sgrOf, type ThemeName, type Tone } from './tones.ts';

/** Turns rows of meaning into rows of SGR sequences. */
export interface Painter {
  row(row: Row): string;
  /** SGR parameters of a tone, for the compositor's patches. */
  style(tone: Tone, selected?: boolean): string;
}

/** Depth 1 (NO_COLOR, a dumb terminal) has no colour in any theme. */
export function createPainter(theme: ThemeName, depth: ColorDepth): Painter {
  const known = new Map<string, string>();
  const style = (tone: Tone, selected = false, ground?: Ground) => {
    const key = selected || ground ? `${tone} ${selected} ${ground}` : tone;
    let sgr = known.get(key);
    if (sgr === undefined) {
      // Reverse video is readable in every palette, which no background colour is.
      sgr = [sgrOf(tone, theme, depth), ground ? groundOf(ground, theme, depth) : '', selected ? '7' : '']
        .filter(Boolean)
        .join(';');
      known.set(key, sgr);
    }
    return sgr;
  };
  const span = ({ text, tone = 'plain', selected, ground }: Span) => {
    const sgr = style(tone, selected, ground);
    return sgr ? `\x1b[${sgr}m${text}\x1b[0m` : text;
  };
  return { style, row: (row) => row.map(span).join('') };
}
