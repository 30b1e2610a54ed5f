/** Exit codes of a program that a signal ended, by the shells' rule 128 + n. */
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof CODES;

const handlers: ((code: number) => void)[] = [];

/** Ctrl-C and its like end the program at once with their exit code, unless somebody took them over with `onInterrupt`. */
export function catchSignals(): void {
  for (const signal of Object.keys(CODES) as Signal[]) {
    process.on(signal, () => {
      const last = handlers.at(-1);
      if (last) last(CODES[signal]);
      else process.exit(CODES[signal]);
    });
  }
}

/** Hands signals to `handler` (with the exit code they stand for) until the returned function is called. */
export function onInterrupt(handler: (code: number) => void): () => void {
  handlers.push(handler);
  return () => {
    const index = handlers.lastIndexOf(handler);
    if (index >= 0) handlers.splice(index, 1);
  };
}
