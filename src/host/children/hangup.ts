import { errnoOf } from '../../util/errors.ts';
import type { Terminal } from './terminal.ts';

/** While nobody has the terminal open, it is tried this often whether somebody prints to it again; in milliseconds. */
const TRY_MS = 100;

/**
 * Keeps the master open until the program has ended. A read fails with EIO as soon as nobody has the terminal open, which a program
 * may bring about long before its end (`touch` closes all its files, a daemon too). Its stream then closes the master, and the
 * kernel ends the program by SIGHUP. `read` takes what is there.
 */
export function holdUntilEnd({ stream, onEnd }: Terminal, read: () => number): void {
  if (!stream) return;
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
  onEnd(() => setImmediate(end));
}
