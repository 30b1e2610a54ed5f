import { TEXT_LIMIT } from '../schema/activity.ts';

/** What a text is cut to in its middle, marked with how many characters are missing, so that its record stays bounded. */
export function cutMiddle(text: string, limit = TEXT_LIMIT): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  return `${text.slice(0, half)}\n… ${text.length - 2 * half} characters left out …\n${text.slice(-half)}`;
}
