import { createInterface } from 'node:readline/promises';
import { BooError } from '../util/errors.ts';
import type { Context } from './context.ts';

/**
 * Asks once before something is ended or removed. `what` says what will happen and how to get it back. `--yes` answers for the person; without
 * it and without a terminal it is refused with `usage`. Throws `interrupted` when the answer is no.
 */
export async function confirm(context: Context, what: string): Promise<void> {
  if (context.flag('yes')) return;
  if (!context.interactive) {
    throw new BooError('usage', `this needs an answer: ${what}`, 'Add --yes to confirm it from a script.');
  }
  if (await ask(context, `${what}\nGo on?`)) return;
  throw new BooError('interrupted', 'nothing was done');
}

/** A question on the terminal; whatever is not yes is no. Null: it was not answered (Ctrl-C, or the input ended). */
export async function ask(context: Context, question: string): Promise<boolean | null> {
  const lines = createInterface({ input: context.io.stdin, output: context.io.stderr });
  const cancel = new AbortController();
  lines.once('SIGINT', () => cancel.abort());
  lines.once('close', () => cancel.abort());
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: cancel.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!cancel.signal.aborted) throw error;
    context.io.stderr.write('\n');
    return null;
  } finally {
    lines.close();
  }
}
