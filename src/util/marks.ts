/** Variables that mark what a host starts: which child it belongs to, and which host. */
export const CHILD_VARIABLE = 'BOOCODE_CHILD';
export const HOST_VARIABLE = 'BOOCODE_HOST';

/** As a mark: it belongs to nobody, whoever started it. */
export const APART = 'apart';

/** The environment of what an agent may happen to start and must not take along when it ends: a project's daemon. */
export const apart = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  [CHILD_VARIABLE]: APART,
  [HOST_VARIABLE]: APART,
});
