import stringWidth from 'string-width';

/** Columns that the text takes in a terminal. SGR sequences take none. */
export const textWidth = (text: string): number => (/^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text));
