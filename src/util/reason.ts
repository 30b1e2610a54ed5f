import { builtin } from './builtin.ts';
import { messageOf } from './errors.ts';

/** Why the system refused, in its own words but without code, call and path: "no space left on device". Else the message. */
export function reasonOf(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  return (typeof errno === 'number' && builtin('node:util').getSystemErrorMap().get(errno)?.[1]) || messageOf(error);
}
