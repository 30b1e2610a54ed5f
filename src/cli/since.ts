import { BooError } from '../util/errors.ts';

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `--since T`: a time (ISO 8601, local unless it says otherwise) or how long ago (`90s`, `10m`, `2h`, `1d`); milliseconds since the epoch. */
export function sinceOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  if (number && unit) return now - Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS];
  // A date alone would be read as UTC, which is not what somebody in another zone means by it.
  const at = /^\d{4}-\d\d-\d\d$/.test(text)
    ? Date.parse(`${text}T00:00`)
    : /^\d{4}-\d\d-\d\dT/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Number.isNaN(at)) {
    throw new BooError('usage', `--since ${text} is no time`, 'Write it like 10m, 2h, 1d or 2026-01-31T14:00.');
  }
  return at;
}
