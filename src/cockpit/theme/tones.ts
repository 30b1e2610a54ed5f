/** What a piece of text means; a theme decides how that looks. Meaning is never in the tone alone: a glyph or a word says it too. */
export type Tone =
  | 'plain'
  | 'dim'
  | 'strong'
  | 'brand'
  | 'accent'
  | 'key'
  | 'busy'
  | 'wait'
  | 'calm'
  | 'good'
  | 'bad'
  | 'border'
  | 'focus'
  | 'typing'
  | 'match';

export type ThemeName = 'dark' | 'light' | 'mono';
export const THEMES: readonly ThemeName[] = ['dark', 'light', 'mono'];

/** SGR parameters of a tone: attributes, then the colour among 16 and among 256 (an empty string: the terminal's own). */
interface Look {
  attributes: string;
  c16: string;
  c256: string;
}
const look = (attributes: string, c16 = '', c256 = c16): Look => ({ attributes, c16, c256 });

const DARK: Record<Tone, Look> = {
  plain: look(''),
  dim: look('', '90', '38;5;245'),
  strong: look('1'),
  brand: look('1', '36', '38;5;80'),
  accent: look('', '36', '38;5;80'),
  key: look('1', '36', '38;5;117'),
  busy: look('', '32', '38;5;114'),
  wait: look('1', '33', '38;5;221'),
  calm: look('', '34', '38;5;110'),
  good: look('', '32', '38;5;114'),
  bad: look('', '31', '38;5;210'),
  border: look('', '90', '38;5;240'),
  focus: look('', '36', '38;5;80'),
  typing: look('1', '35', '38;5;213'),
  match: look('1;4', '33', '38;5;221'),
};

const LIGHT: Record<Tone, Look> = {
  ...DARK,
  dim: look('', '90', '38;5;242'),
  brand: look('1', '34', '38;5;25'),
  accent: look('', '34', '38;5;25'),
  key: look('1', '34', '38;5;25'),
  busy: look('', '32', '38;5;28'),
  wait: look('1', '31', '38;5;130'),
  calm: look('', '34', '38;5;24'),
  good: look('', '32', '38;5;28'),
  bad: look('1', '31', '38;5;160'),
  border: look('', '90', '38;5;250'),
  focus: look('', '34', '38;5;25'),
  typing: look('1', '35', '38;5;127'),
  match: look('1;4', '35', '38;5;130'),
};

const MONO: Record<Tone, Look> = {
  ...(Object.fromEntries(Object.keys(DARK).map((tone) => [tone, look('')])) as Record<Tone, Look>),
  dim: look('2'),
  strong: look('1'),
  brand: look('1'),
  key: look('1'),
  wait: look('1'),
  bad: look('1'),
  border: look('2'),
  focus: look('1'),
  typing: look('1;7'),
  match: look('1;4'),
};

const TABLES: Record<ThemeName, Record<Tone, Look>> = { dark: DARK, light: LIGHT, mono: MONO };

/** SGR parameters for a tone; `depth` in bits of colour, 1 being none at all (NO_COLOR). */
export function sgrOf(tone: Tone, theme: ThemeName, depth: 1 | 4 | 8 | 24): string {
  const { attributes, c16, c256 } = TABLES[depth === 1 ? 'mono' : theme][tone];
  const color = depth === 1 ? '' : depth === 4 ? c16 : c256;
  return [attributes, color].filter(Boolean).join(';');
}
