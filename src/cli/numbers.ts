import { BooError } from '../util/errors.ts';

/** `--timeout S`: seconds as a decimal number, given as milliseconds; undefined when the option was not given. */
export function seconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0) || value > 1e9) {
    throw new BooError('usage', `--${option} ${text} is no number of seconds`, 'Write it like 90 or 0.5.');
  }
  return Math.max(1, Math.round(value * 1000));
}

/** A whole number from `min` to `max`; undefined when the option was not given. */
export function whole(option: string, text: string | undefined, max: number, min = 1): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max || text.trim() === '') {
    throw new BooError('usage', `--${option} ${text} is no whole number from ${min} to ${max}`, 'Write it like 50.');
  }
  return value;
}
