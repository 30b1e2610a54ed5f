/*
 * Characters that are more than text, or less, each list as the inside of a class of a regular expression with the flag `u`.
 * Control characters are not among them: what becomes of a tab or a line feed differs from place to place.
 */

/** They end a line, turn around what stands beside them, or hide in it: none of them may reach the person's terminal. */
export const TURNING = '\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\u{e0001}';

/** Those, and whatever else is drawn as nothing: where a person is to judge a text, each is shown. Joiners are not among them: words and pictures are made with them. */
export const UNSEEN = `${TURNING}\\xad\\u034f\\u115f\\u1160\\u180e\\u200b\\u2060-\\u206f\\u3164\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}`;

/** They tie letters and pictures together. */
export const JOINERS = '\\u200c\\u200d';
