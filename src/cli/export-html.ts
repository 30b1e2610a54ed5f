/*
 * Styled lines as a page that needs nothing else. What an agent printed is text there and nothing more: every character
 * that means something to HTML is escaped, and styles are made of numbers that were read, never of what was printed.
 */

interface Look {
  flags: Set<number>;
  fg: string | null;
  bg: string | null;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (char) => ESCAPES[char]!).replace(/[\0-\x08\x0b-\x1f\x7f\ufffe\uffff]/g, '\ufffd');

const FLAGS: Record<number, string> = {
  1: 'font-weight:bold',
  2: 'opacity:.65',
  3: 'font-style:italic',
  8: 'visibility:hidden',
};
const LINES: Record<number, string> = { 4: 'underline', 9: 'line-through', 53: 'overline' };

/** Levels of the 6×6×6 cube of xterm's 256 colours. */
const CUBE = [0, 95, 135, 175, 215, 255];

function paletteColor(index: number): string {
  if (index < 16) return `var(--c${index})`;
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + (index - 232) * 10)
      .join(',')})`;
  const n = index - 16;
  return `rgb(${[Math.floor(n / 36), Math.floor(n / 6) % 6, n % 6].map((level) => CUBE[level] ?? 0).join(',')})`;
}

const byte = (value: number | undefined) => Math.min(255, Math.max(0, value ?? 0));

/** The colour behind a 38 or 48, and how many numbers it took. */
function extendedColor(codes: number[]): { color: string | null; used: number } {
  if (codes[0] === 5) return { color: paletteColor(byte(codes[1])), used: 2 };
  if (codes[0] === 2) return { color: `rgb(${codes.slice(1, 4).map(byte).join(',')})`, used: 4 };
  return { color: null, used: 0 };
}

function applySgr(look: Look, codes: number[]): Look {
  let { flags, fg, bg } = { ...look, flags: new Set(look.flags) };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === 0) {
      flags = new Set();
      fg = null;
      bg = null;
    } else if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes.slice(i + 1));
      if (code === 38) fg = color;
      else bg = color;
      i += used;
    } else if (code >= 30 && code <= 37) fg = paletteColor(code - 30);
    else if (code >= 40 && code <= 47) bg = paletteColor(code - 40);
    else if (code >= 90 && code <= 97) fg = paletteColor(code - 82);
    else if (code >= 100 && code <= 107) bg = paletteColor(code - 92);
    else flags.add(code);
  }
  return { flags, fg, bg };
}

function cssOf({ flags, fg, bg }: Look): string {
  const [front, back] = flags.has(7) ? [bg ?? 'var(--bg)', fg ?? 'var(--fg)'] : [fg, bg];
  const lines = Object.entries(LINES).flatMap(([code, name]) => (flags.has(Number(code)) ? [name] : []));
  return [
    ...(front ? [`color:${front}`] : []),
    ...(back ? [`background:${back}`] : []),
    ...Object.entries(FLAGS).flatMap(([code, css]) => (flags.has(Number(code)) ? [css] : [])),
    ...(lines.length > 0 ? [`text-decoration:${lines.join(' ')}`] : []),
  ].join(';');
}

/** One line with SGR sequences as HTML; each line begins in default looks. Other sequences are left out. */
export function lineHtml(ansi: string): string {
  let look: Look = { flags: new Set(), fg: null, bg: null };
  let html = '';
  let at = 0;
  const put = (text: string) => {
    const css = cssOf(look);
    if (text) html += css ? `<span style="${css}">${escapeHtml(text)}</span>` : escapeHtml(text);
  };
  for (const found of ansi.matchAll(/\x1b(?:\[([\d;]*)m|\[[0-?]*[ -/]*[@-~]|.?)/gs)) {
    put(ansi.slice(at, found.index));
    at = found.index + found[0].length;
    if (found[1] !== undefined) look = applySgr(look, found[1].split(';').map(Number));
  }
  put(ansi.slice(at));
  return html;
}

const PALETTES = {
  dark: '#1e1e1e #d16969 #7cb668 #d7ba7d #5a9bd5 #c586c0 #4fc1c9 #cccccc #7f7f7f #f48771 #b5cea8 #ffe08a #9cdcfe #dda0dd #9fe8ee #ffffff',
  light:
    '#000000 #b3261e #1a7f37 #8a6100 #0a58ca #8f3aa8 #0b7285 #6e6e6e #595959 #d1242f #2da44e #9a6700 #218bff #a475f9 #1b7c83 #24292f',
} as const;

const variables = (palette: string, fg: string, bg: string) =>
  `--fg:${fg};--bg:${bg};${palette
    .split(' ')
    .map((color, index) => `--c${index}:${color}`)
    .join(';')}`;

/** The page around the lines, without any script; it follows the reader's choice of light or dark. */
export const pageHead = (title: string, about: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>
:root{color-scheme:dark light;${variables(PALETTES.dark, '#d4d4d4', '#161616')}}
@media (prefers-color-scheme:light){:root{${variables(PALETTES.light, '#24292f', '#ffffff')}}}
body{margin:0;background:var(--bg);color:var(--fg);font:14px/1.4 system-ui,sans-serif}
header{padding:12px 16px;border-bottom:1px solid color-mix(in srgb,var(--fg) 20%,transparent)}
h1{font-size:16px;margin:0}
p{margin:4px 0 0;opacity:.75}
pre{margin:0;padding:12px 16px;font:13px/1.35 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:8}
</style>
</head>
<body>
<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(about)}</p></header>
<pre>
`;

export const PAGE_FOOT = '</pre>\n</body>\n</html>\n';
