import type { Identity } from '../schema/identity.ts';

const NAMES = ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL'] as const;

/** Who a person is to git by the environment of what they run; what is empty says nothing. */
export const identityIn = (env: Readonly<Record<string, string | undefined>>): Identity =>
  Object.fromEntries(NAMES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
