const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const UNITS: readonly [RegExp, number][] = [
  [/^ms|^milli/, 1],
  [/^s/, 1000],
  [/^mi?n?/, MINUTE_MS],
  [/^h/, 60 * MINUTE_MS],
  [/^d/, DAY_MS],
];

const PART = String.raw`\d+(?:\.\d+)?\s*(?:ms|milliseconds?|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)\b`;
/** `try again in 20m1s`, `Please retry in 37.5s`, `retry after 2 days 3 hours`. */
const IN = new RegExp(
  String.raw`(?:again|retry|resets?|wait)\s+(?:in|after|for)\s+((?:${PART.replace(String.raw`\b`, '')}[\s,]*)+)`,
  'i',
);
/** `resets 5:30pm (America/New_York)`, `resets Nov 24, 10:13pm (UTC)`, `try again at 3:51 PM`. */
const AT =
  /(?:resets?|again)\s+(?:at\s+)?(?:([A-Z][a-z]{2}) (\d{1,2}),? (?:at )?)?(\d{1,2})(?::(\d\d))?\s*([ap]m)\b(?:\s*\(([\w/+-]+)\))?/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * When a limit is lifted by what a provider's sentence says of it, in milliseconds since the epoch; null: it does not say. A time of the
 * clock is over with its minute. `now`: when it was said.
 */
export function liftedBy(text: string, now: number): number | null {
  const within = IN.exec(text)?.[1];
  if (within !== undefined) return now + Math.ceil(durationOf(within));
  const at = AT.exec(text);
  return at && clockTime(at, now);
}

function durationOf(text: string): number {
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const name = unit!.toLowerCase();
    sum += Number(number) * (UNITS.find(([fits]) => fits.test(name))?.[1] ?? 0);
  }
  return sum;
}

function clockTime([, month, date, hour, minute = '0', half, zone]: RegExpExecArray, now: number): number | null {
  const today = wallOf(now, zone);
  const monthIndex = month === undefined ? today.getUTCMonth() : MONTHS.indexOf(month.toLowerCase());
  if (Number.isNaN(today.getTime()) || monthIndex < 0) return null;
  const hours = (Number(hour) % 12) + (half!.toLowerCase() === 'pm' ? 12 : 0);
  const year = today.getUTCFullYear();
  const day = date === undefined ? today.getUTCDate() : Number(date);
  const on = (years: number, days: number) => {
    const wall = Date.UTC(year + years, monthIndex, day + days, hours, Number(minute) + 1);
    // What the clock there is ahead of UTC, near that time.
    return wall - (wallOf(wall, zone).getTime() - wall);
  };
  const first = on(0, 0);
  if (first > now) return first;
  return date === undefined ? on(0, 1) : on(1, 0);
}

/** The clock of a zone at a time, as if it were UTC; an invalid date where nobody knows the zone. Missing: ours. */
function wallOf(at: number, zone: string | undefined): Date {
  try {
    const text = new Date(at).toLocaleString('sv-SE', zone === undefined ? {} : { timeZone: zone });
    return new Date(`${text.replace(' ', 'T')}Z`);
  } catch {
    return new Date(Number.NaN);
  }
}
