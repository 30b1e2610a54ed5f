import { TEXT_LIMIT } from '../schema/activity.ts';

/** What a text is cut to in its middle, marked with how many characters are missing, so that its record stays bounded. Splits no surrogate pair. */
export function cutMiddle(text: string, limit = TEXT_LIMIT): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const head = text.slice(0, half).replace(/[\ud800-\udbff]$/, '');
  const tail = text.slice(-half).replace(/^[\udc00-\udfff]/, '');
  return `${head}\n… ${text.length - head.length - tail.length} characters left out …\n${tail}`;
}
