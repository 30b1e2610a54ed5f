import { BooError } from '../util/errors.ts';

/** What is said where changes are asked for in a folder without git. */
export const noRepository = (root: string): BooError =>
  new BooError('conflict', `${root} is no git repository, so changes cannot be told`, 'git init makes it one.');
