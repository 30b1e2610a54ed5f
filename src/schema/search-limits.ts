/** Characters (code points) of a pattern. */
export const MAX_PATTERN = 200;
export const MAX_HITS = 500;
export const DEFAULT_HITS = 50;
/** Patterns of before that are kept. */
export const MAX_PAST = 50;
/** Lines before and after a match. */
export const MAX_CONTEXT = 50;
