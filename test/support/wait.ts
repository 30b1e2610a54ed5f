import { setTimeout as delay } from 'node:timers/promises';

/** How often a state is looked at, in milliseconds. */
const POLL_MS = 10;

/** A state that takes a second is reached within this on a machine under many times its load too, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Waits until `look` gives something truthy and returns it. `state` names what is waited for; it and what was last seen
 * stand in the error when `timeout` (milliseconds) is over.
 */
export async function until<T>(
  state: string,
  look: () => T | Promise<T>,
  { timeout = PATIENCE_MS, seen }: { timeout?: number; seen?: () => unknown } = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (performance.now() > end) {
      const last = seen ? `; last seen: ${JSON.stringify(await seen(), null, 1)}` : '';
      throw new Error(`waited ${timeout} ms for: ${state}${last}`);
    }
    await delay(POLL_MS);
  }
}
