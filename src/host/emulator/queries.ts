import type { Terminal } from '@xterm/headless';
import { VERSION } from '../../util/version.ts';

export type Background = 'dark' | 'light';

/** Colours told to programs that ask, as 0xRRGGBB: they only need to know light from dark. */
const COLORS = {
  dark: { foreground: 0xd8d8d8, background: 0x181818 },
  light: { foreground: 0x282828, background: 0xf8f8f8 },
} as const;
/** xterm's first sixteen. */
const ANSI = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00,
  0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
] as const;

/** Colour `index` of xterm's 256: sixteen, a 6×6×6 cube, 24 greys. */
function paletteColor(index: number): number {
  if (index < 16) return ANSI[index]!;
  if (index >= 232) return (8 + (index - 232) * 10) * 0x010101;
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return (level(Math.floor(cube / 36)) << 16) | (level(Math.floor(cube / 6) % 6) << 8) | level(cube % 6);
}

/** `rgb:RRRR/GGGG/BBBB`, each channel doubled to 16 bits as X11 writes it. */
function x11(color: number): string {
  const channel = (shift: number) => ((color >> shift) & 255).toString(16).padStart(2, '0').repeat(2);
  return `rgb:${channel(16)}/${channel(8)}/${channel(0)}`;
}

/** Answers what xterm does not answer by itself; the person's own terminal never sees a query of an agent. */
export function answerQueries(terminal: Terminal, background: Background, reply: (text: string) => void): void {
  const { parser } = terminal;
  const colors = COLORS[background];
  const dynamic = [colors.foreground, colors.background, colors.foreground];
  for (const start of [10, 11, 12]) {
    // `OSC 10 ; ? ; ?` asks for 10 and 11.
    parser.registerOscHandler(start, (data) => {
      data.split(';').forEach((part, offset) => {
        const color = dynamic[start - 10 + offset];
        if (part === '?' && color !== undefined) reply(`\x1b]${start + offset};${x11(color)}\x1b\\`);
      });
      return true;
    });
  }
  parser.registerOscHandler(4, (data) => {
    const parts = data.split(';');
    for (let i = 0; i + 1 < parts.length && i < 512; i += 2) {
      const index = Number(parts[i]);
      if (parts[i + 1] === '?' && Number.isInteger(index) && index >= 0 && index < 256)
        reply(`\x1b]4;${index};${x11(paletteColor(index))}\x1b\\`);
    }
    return true;
  });
  // XTVERSION
  parser.registerCsiHandler({ prefix: '>', final: 'q' }, () => {
    reply(`\x1bP>|boocode(${VERSION})\x1b\\`);
    return true;
  });
  // Colour scheme (contour's 996/997).
  parser.registerCsiHandler({ prefix: '?', final: 'n' }, (params) => {
    if (params[0] !== 996) return false;
    reply(`\x1b[?997;${background === 'dark' ? 1 : 2}n`);
    return true;
  });
}
