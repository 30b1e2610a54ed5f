import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { BooError, messageOf } from './errors.ts';
import { SOON, type ThreadAnswer, type ThreadRequest } from './thread.ts';

/** A thread that was woken looks out for the request so long, in milliseconds. */
const LOOK_OUT_MS = 1;

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
  const take = (message: ThreadRequest<T>) => {
    last = last.then(() => reply(message));
  };
  parentPort!.on('message', (message: ThreadRequest<T> | typeof SOON) => {
    if (message !== SOON) return take(message);
    for (const end = performance.now() + LOOK_OUT_MS; performance.now() < end; ) {
      const next = receiveMessageOnPort(parentPort!)?.message as ThreadRequest<T> | typeof SOON | undefined;
      if (next && next !== SOON) return take(next);
    }
  });
}
