import * as z from './z.ts';

const word = z.string().min(1).optional();

/** Who a person is to git by the environment of what they run (core/identity); what is missing git's own config says. */
export const Identity = z.object({
  GIT_AUTHOR_NAME: word,
  GIT_AUTHOR_EMAIL: word,
  GIT_COMMITTER_NAME: word,
  GIT_COMMITTER_EMAIL: word,
});
export type Identity = z.infer<typeof Identity>;
