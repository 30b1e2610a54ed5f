/** Names of expected failures and the exit code each gives (documented in the README). */
export const EXIT_CODES = {
  failed: 1,
  usage: 2,
  conflict: 1,
  untrusted: 1,
  not_found: 3,
  no_daemon: 4,
  protocol: 4,
  paused: 10,
  timed_out: 124,
  interrupted: 130,
} as const;
export type ErrorName = keyof typeof EXIT_CODES;

/**
 * An expected failure: `message` is one sentence (what, why), `hint` says what to do. It crosses sockets as it is;
 * anything else that is thrown is a defect and is logged with its stack.
 */
export class BooError extends Error {
  readonly code: ErrorName;
  readonly hint: string | undefined;
  constructor(code: ErrorName, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BooError';
    this.code = code;
    this.hint = hint;
  }
}

/** The message of whatever was thrown, without a stack. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The `code` of a system error such as `ENOENT`, if it is one. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
