import { parentPort } from 'node:worker_threads';
import { BooError, messageOf } from './errors.ts';
import type { ThreadAnswer, ThreadRequest } from './thread.ts';

/** The other side of `Thread`: answers what this thread is asked, one after another. What is thrown crosses as a BooError. */
export function answerThread<T, R>(answer: (request: T) => R | Promise<R>): void {
  let last: Promise<unknown> = Promise.resolve();
  const reply = async ({ id, request }: ThreadRequest<T>) => {
    let message: ThreadAnswer<R>;
    try {
      message = { id, answer: await answer(request) };
    } catch (error) {
      const known = error instanceof BooError;
      const { code, hint } = known ? error : { code: 'failed' as const, hint: undefined };
      message = { id, error: { code, message: messageOf(error), hint } };
    }
    parentPort!.postMessage(message);
  };
  parentPort!.on('message', (message: ThreadRequest<T>) => {
    last = last.then(() => reply(message));
  });
}
