import type { Identity } from '../schema/identity.ts';
import { BooError } from '../util/errors.ts';
import { GitError, git, gitLine } from './run.ts';

/** Milliseconds that a signature may take; what takes longer waits for somebody who cannot be seen here. */
const SIGN_TIMEOUT_MS = 30_000;
/** Without a terminal and a display a key that is locked cannot ask for its passphrase: it fails instead. */
const ASK_NOBODY = { GPG_TTY: '', DISPLAY: '', WAYLAND_DISPLAY: '', SSH_ASKPASS_REQUIRE: 'never', SSH_ASKPASS: '' };

export interface Author {
  name: string;
  email: string;
  /** `@<seconds> <zone>`. */
  date: string;
}

interface NewCommit {
  tree: string;
  parents: readonly string[];
  message: string;
  author?: Author;
  /** Said of the person by their own environment. */
  identity?: Identity | undefined;
}

/**
 * Writes a commit that nothing names yet, by whoever git knows the person as (`author`: by somebody else), signed where git is configured so
 * and the key does not have to ask. No hook runs. BooError `failed` when git knows nobody, or the signature did not come about.
 */
export async function makeCommit(
  root: string,
  { tree, parents, message, author, identity }: NewCommit,
): Promise<string> {
  const signs = (await gitLine(['config', '--type=bool', '--get', 'commit.gpgSign'], root)) === 'true';
  const by = author && {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.date,
  };
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), ...(signs ? ['-S'] : [])];
  try {
    const env = { ...(signs ? ASK_NOBODY : {}), ...identity, ...by };
    const timeoutMs = signs ? SIGN_TIMEOUT_MS : undefined;
    const made = await git(['-c', 'i18n.commitEncoding=UTF-8', ...args], { cwd: root, input: message, env, timeoutMs });
    return made.stdout.trim();
  } catch (error) {
    throw clearer(error, signs);
  }
}

function clearer(error: unknown, signs: boolean): unknown {
  const said = error instanceof GitError ? error.stderr : '';
  if (/ident name|tell me who you are|auto-detect email/i.test(said)) {
    return new BooError(
      'failed',
      'git does not know who you are, so it cannot commit',
      'git config --global user.name "Your Name"; git config --global user.email you@example.com',
      { cause: error },
    );
  }
  const slow = signs && error instanceof BooError && error.code === 'timed_out';
  if (!slow && !(signs && /sign|gpg|key/i.test(said))) return error;
  return new BooError(
    'failed',
    'the commit could not be signed, and git is configured to sign (commit.gpgSign)',
    'Unlock your key (sign something in this terminal), then try again.',
    { cause: error },
  );
}
