import type { Trouble } from '../../schema/activity.ts';
import { messageOf } from '../../util/errors.ts';
import { PaseoError } from './cli.ts';

/** What a failure of Paseo's CLI means, in a sentence with its command, exit code and standard error. */
export function troubleOf(error: unknown): Trouble {
  const rest = { status: null, retries: false, until: null };
  if (!(error instanceof PaseoError)) return { kind: 'other', message: messageOf(error), ...rest };
  const { code, command, exitCode, stderr } = error;
  const kind = code === 'DAEMON_NOT_RUNNING' ? 'network' : code?.endsWith('NOT_FOUND') ? 'session' : 'other';
  const first = code === null ? stderr.trim().split('\n')[0] : null;
  const facts = [
    `paseo ${command.join(' ')}`,
    exitCode === null ? null : `exit code ${exitCode}`,
    code ?? (first || null),
  ];
  return { kind, message: `${error.message} (${facts.filter(Boolean).join('; ')})`, ...rest };
}
