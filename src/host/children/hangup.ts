import { errnoOf } from '../../util/errors.ts';
import type { Inside } from './reading.ts';

/** While nobody has the terminal open, it is tried this often whether somebody prints to it again; in milliseconds. */
const TRY_MS = 100;

/**
 * Keeps the master open until the program has ended. A read fails with EIO as soon as nobody has the terminal open, which a program
 * may bring about long before its end (`touch` closes all its files, a daemon too). node-pty then closes the master, and the
 * kernel ends the program by SIGHUP. `read` takes what is there.
 */
export function holdUntilEnd(pty: Inside, read: () => number): void {
  const { _socket: stream } = pty;
  const { once } = pty;
  if (!stream || !once) return;
  const destroy = stream.destroy.bind(stream);
  let ended = false;
  let hungUp: Error | undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    ended = true;
    clearInterval(timer);
    if (hungUp) destroy(hungUp);
  };
  stream.destroy = (error) => {
    if (ended || hungUp || errnoOf(error) !== 'EIO') {
      clearInterval(timer);
      return destroy(error);
    }
    hungUp = error;
    timer = setInterval(() => {
      while (read() > 0);
    }, TRY_MS);
    return stream;
  };
  // node-pty waits for the stream's end in this way, and only so, when the program has ended.
  pty.once = (event, listener) => {
    once.call(pty, event, listener);
    if (event === 'close') setImmediate(end);
  };
}
