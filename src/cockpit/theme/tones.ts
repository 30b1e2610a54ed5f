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
  | 'match'
  | 'keyword'
  | 'string'
  | 'number'
  | 'comment'
  | 'heading'
  | 'emphasis'
  | 'code'
  | 'link';

/** What lies behind a line of a diff, and behind the words in it that differ. The sign before the line says it too. */
export type Ground = 'added' | 'addedWord' | 'removed' | 'removedWord';

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
  keyword: look('', '35', '38;5;176'),
  string: look('', '33', '38;5;180'),
  number: look('', '36', '38;5;117'),
  comment: look('', '90', '38;5;245'),
  heading: look('1', '36', '38;5;117'),
  emphasis: look('3'),
  code: look('', '33', '38;5;180'),
  link: look('4', '34', '38;5;110'),
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
  keyword: look('', '35', '38;5;90'),
  string: look('', '33', '38;5;94'),
  number: look('', '34', '38;5;25'),
  comment: look('', '90', '38;5;242'),
  heading: look('1', '34', '38;5;25'),
  code: look('', '33', '38;5;94'),
  link: look('4', '34', '38;5;24'),
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
  comment: look('2'),
  heading: look('1'),
  emphasis: look('3'),
  code: look('1'),
  link: look('4'),
};

const TABLES: Record<ThemeName, Record<Tone, Look>> = { dark: DARK, light: LIGHT, mono: MONO };

/** Among 16 colours no background lets every other colour be read: there it is the text that is coloured. */
const GROUNDS: Record<'dark' | 'light', Record<Ground, Pick<Look, 'c16' | 'c256'>>> = {
  dark: {
    added: { c16: '32', c256: '48;5;22' },
    addedWord: { c16: '4;32', c256: '48;5;28' },
    removed: { c16: '31', c256: '48;5;52' },
    removedWord: { c16: '4;31', c256: '48;5;88' },
  },
  light: {
    added: { c16: '32', c256: '48;5;194' },
    addedWord: { c16: '4;32', c256: '48;5;157' },
    removed: { c16: '31', c256: '48;5;224' },
    removedWord: { c16: '4;31', c256: '48;5;217' },
  },
};

/** SGR parameters of what lies behind, to be put after those of the tone. */
export function groundOf(ground: Ground, theme: ThemeName, depth: 1 | 4 | 8 | 24): string {
  if (depth === 1 || theme === 'mono') return ground.endsWith('Word') ? '4' : '';
  const { c16, c256 } = GROUNDS[theme][ground];
  return depth === 4 ? c16 : c256;
}

/** SGR parameters for a tone; `depth` in bits of colour, 1 being none at all (NO_COLOR). */
export function sgrOf(tone: Tone, theme: ThemeName, depth: 1 | 4 | 8 | 24): string {
  const { attributes, c16, c256 } = TABLES[depth === 1 ? 'mono' : theme][tone];
  const color = depth === 1 ? '' : depth === 4 ? c16 : c256;
  return [attributes, color].filter(Boolean).join(';');
}
