import stringWidth from 'string-width';

/** Latin letters, punctuation, arrows, boxes and the signs of our own screens: one column each, and no look at graphemes needed. */
const NARROW =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2319\u232b\u23ce\u2500-\u25fc\u2713\u2716]*$/;

/** Columns that the text takes in a terminal. SGR sequences take none. */
export const textWidth = (text: string): number => (NARROW.test(text) ? text.length : stringWidth(text));
