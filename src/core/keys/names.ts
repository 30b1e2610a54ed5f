/** A key with the modifiers held. `base` is a character or one of BASES. */
export interface Key {
  base: string;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
}

/** Names other than characters, as tmux writes them, and what else people call them. */
const ALIASES: Record<string, string> = {
  pageup: 'PPage',
  pgup: 'PPage',
  pagedown: 'NPage',
  pgdn: 'NPage',
  pgdown: 'NPage',
  delete: 'DC',
  del: 'DC',
  insert: 'IC',
  ins: 'IC',
  backspace: 'BSpace',
  return: 'Enter',
  esc: 'Escape',
};
const BASES = [
  ...['Up', 'Down', 'Left', 'Right', 'Home', 'End', 'PPage', 'NPage', 'IC', 'DC', 'Tab', 'BTab', 'BSpace', 'Enter'],
  ...['Escape', 'Space', 'KPEnter', 'KP*', 'KP+', 'KP-', 'KP.', 'KP/', 'KPBegin'],
  ...Array.from({ length: 35 }, (_, i) => `F${i + 1}`),
  ...Array.from({ length: 10 }, (_, i) => `KP${i}`),
];
const KNOWN = new Map([
  ...BASES.map((name) => [name.toLowerCase(), name] as const),
  ...Object.entries(ALIASES).map(([alias, name]) => [alias, name] as const),
]);

/** A key's name taken apart; null when it is no key name (`hello`). `^x` is `C-x`, `S-Tab` is `BTab`. */
export function parseKey(name: string): Key | null {
  const key: Key = { base: name, ctrl: false, alt: false, shift: false };
  for (let found = /^([CMS])-(?=.)/i.exec(key.base); found; found = /^([CMS])-(?=.)/i.exec(key.base)) {
    const modifier = found[1]!.toUpperCase();
    if (modifier === 'C') key.ctrl = true;
    else if (modifier === 'M') key.alt = true;
    else key.shift = true;
    key.base = key.base.slice(2);
  }
  if (key.base.length === 2 && key.base[0] === '^') {
    key.ctrl = true;
    key.base = key.base[1]!.toLowerCase();
  }
  const single = [...key.base].length === 1;
  if (!single) {
    const known = KNOWN.get(key.base.toLowerCase());
    if (!known) return null;
    key.base = known;
  } else if (key.base === ' ') key.base = 'Space';
  if (key.base === 'BTab') return { ...key, base: 'Tab', shift: true };
  return single ? character(key) : key;
}

/** Upper case and shift are one thing for a letter without Control; with Control the letter is lower case. */
function character(key: Key): Key {
  const { base } = key;
  if (base.length > 1 && base !== 'Space') return key;
  if (key.ctrl) return { ...key, base: base === 'Space' ? base : base.toLowerCase() };
  if (key.shift && base !== base.toUpperCase()) return { ...key, base: base.toUpperCase(), shift: false };
  return key;
}

/** The one name of a key: modifiers in the order C, M, S. */
export function formatKey({ base, ctrl, alt, shift }: Key): string {
  const back = base === 'Tab' && shift;
  return `${ctrl ? 'C-' : ''}${alt ? 'M-' : ''}${shift && !back ? 'S-' : ''}${back ? 'BTab' : base}`;
}

/** The one name of a key that somebody wrote in a config or on a command line; null when it is no key. */
export function normalizeKey(name: string): string | null {
  const key = parseKey(name);
  return key && formatKey(key);
}
