import { TEXT_LIMIT } from '../schema/activity.ts';

/** At most about `limit` characters: of a longer text beginning and end, and between them how much is missing. Splits no surrogate pair. */
export function clipText(text: string, limit = TEXT_LIMIT): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const head = text.slice(0, half).replace(/[\ud800-\udbff]$/, '');
  const tail = text.slice(text.length - half).replace(/^[\udc00-\udfff]/, '');
  return `${head}\n… ${text.length - head.length - tail.length} characters cut …\n${tail}`;
}
