import { setFlagsFromString } from 'node:v8';

/** The Node whose V8 was measured with them; another one may not know them, and would say so on the terminal. */
const KNOWS = '24.';

/**
 * Lets V8 compile sooner what is called often: for processes that do the same few things a frame or a key for hours. By itself it waits
 * for 400 calls of each function, for 500 after each kind of value that one of them had not met, and a frame costs a quarter
 * more until then. To be called once the process is up: what runs only once is better interpreted.
 */
export function compileSooner(): void {
  if (!process.versions.node.startsWith(KNOWS)) return;
  setFlagsFromString('--no-lazy-feedback-allocation');
  setFlagsFromString('--invocation-count-for-maglev=60');
  setFlagsFromString('--minimum-invocations-after-ic-update=60');
}
