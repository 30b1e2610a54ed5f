const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Time since, in at most three characters: `7s`, `41m`, `3h`, `12d`. `ms` below zero (another clock) counts as none. */
export function since(ms: number): string {
  if (ms < SECOND) return '0s';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h`;
  return `${Math.floor(ms / DAY)}d`;
}

/** Milliseconds until `since` of this age reads differently. */
export function sinceChangesIn(ms: number): number {
  const age = Math.max(0, ms);
  const unit = age < MINUTE ? SECOND : age < HOUR ? MINUTE : age < DAY ? HOUR : DAY;
  return unit - (age % unit);
}

/** `14:02`, in the time zone of this machine. */
export function clock(at: number): string {
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
export const clockChangesIn = (at: number): number => MINUTE - (at % MINUTE);

/** `812`, `41k`, `412k`, `1.2M`: at most four characters. */
export function short(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_500) return count < 9950 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`;
  return count < 9_950_000 ? `${(count / 1e6).toFixed(1)}M` : `${Math.round(count / 1e6)}M`;
}

export const dollars = (usd: number): string => `$${usd < 100 ? usd.toFixed(2) : Math.round(usd)}`;
/** `1 agent`, `1,204 agents`. */
export const plural = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `14:02:31`; with the day before it when it is more than a day ago. In the time zone of this machine. */
export function exactTime(at: number, now = at): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${clock(at)}:${two(date.getSeconds())}`;
  return Math.abs(now - at) < DAY
    ? time
    : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** `1,204,331`. */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
