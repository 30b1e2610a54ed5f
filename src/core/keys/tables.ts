/** Number of `CSI number ~` ▶ key. */
export const TILDE: Record<number, string> = {
  1: 'Home',
  2: 'IC',
  3: 'DC',
  4: 'End',
  5: 'PPage',
  6: 'NPage',
  7: 'Home',
  8: 'End',
  ...Object.fromEntries([11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24].map((code, i) => [code, `F${i + 1}`])),
  ...Object.fromEntries([25, 26, 28, 29, 31, 32, 33, 34].map((code, i) => [code, `F${i + 13}`])),
};

/** Final letter of `CSI letter`, `CSI 1 ; modifiers letter` and `SS3 letter` ▶ key. */
export const LETTERS: Record<string, string> = {
  A: 'Up',
  B: 'Down',
  C: 'Right',
  D: 'Left',
  E: 'KPBegin',
  F: 'End',
  H: 'Home',
  P: 'F1',
  Q: 'F2',
  R: 'F3',
  S: 'F4',
};

/** What else an application keypad sends after SS3. */
export const KEYPAD: Record<string, string> = {
  M: 'KPEnter',
  j: 'KP*',
  k: 'KP+',
  m: 'KP-',
  n: 'KP.',
  o: 'KP/',
  ...Object.fromEntries([...'pqrstuvwxy'].map((letter, i) => [letter, `KP${i}`])),
};

/** Code points of the kitty keyboard protocol (https://sw.kovidgoyal.net/kitty/keyboard-protocol/) ▶ key. */
export const KITTY: Record<number, string> = {
  9: 'Tab',
  13: 'Enter',
  27: 'Escape',
  32: 'Space',
  127: 'BSpace',
  57409: 'KP.',
  57410: 'KP/',
  57411: 'KP*',
  57412: 'KP-',
  57413: 'KP+',
  57414: 'KPEnter',
  57417: 'Left',
  57418: 'Right',
  57419: 'Up',
  57420: 'Down',
  57421: 'PPage',
  57422: 'NPage',
  57423: 'Home',
  57424: 'End',
  57425: 'IC',
  57426: 'DC',
  57427: 'KPBegin',
  ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [57399 + i, `KP${i}`])),
  ...Object.fromEntries(Array.from({ length: 23 }, (_, i) => [57376 + i, `F${i + 13}`])),
};
