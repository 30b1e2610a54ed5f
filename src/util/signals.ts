import { constants } from 'node:os';

/** `SIGTERM` for 15. */
export const signalNames: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name]),
);
