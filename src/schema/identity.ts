import * as z from 'zod';

const word = z.string().min(1).optional().catch(undefined);

/** Who a person is to git by the environment of what they run: parsed from one, all else of it is left out. */
export const Identity = z.object({
  GIT_AUTHOR_NAME: word,
  GIT_AUTHOR_EMAIL: word,
  GIT_COMMITTER_NAME: word,
  GIT_COMMITTER_EMAIL: word,
});
export type Identity = z.infer<typeof Identity>;
