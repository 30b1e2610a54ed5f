import { randomInt } from 'node:crypto';

/** Letters that are not mistaken for one another when they are read and typed (Crockford's). */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** An id short enough to type; the billion of them makes two alike in one project unlikely enough. */
export const shortId = (): string => Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
