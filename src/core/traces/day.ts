const two = (value: number) => String(value).padStart(2, '0');

/** The day of this machine's time zone that a moment (milliseconds since the epoch) is in: `2026-01-31`. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** When that day began here; a day may have 23 or 25 hours. */
export function dayBegan(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** When the next one begins. */
export function dayEnds(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}
