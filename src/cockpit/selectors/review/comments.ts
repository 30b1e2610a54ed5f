import type { Comment } from '../../../schema/review.ts';
import type { Cockpit } from '../../store/model.ts';

const NONE: readonly Comment[] = [];

/** The comments on one agent's changes that are not sent yet, in the order of files and lines. */
export const commentsOf = ({ data }: Pick<Cockpit, 'data'>, agent: string): readonly Comment[] =>
  data.project?.agents[agent]?.comments ?? NONE;

/** Ids of the agents that have some. */
export const commented = ({ data }: Pick<Cockpit, 'data'>): string[] =>
  Object.values(data.project?.agents ?? {}).flatMap(({ id, comments }) => (comments?.length ? [id] : []));

/** How many there are in all. */
export const countComments = (state: Pick<Cockpit, 'data'>): number =>
  commented(state).reduce((sum, agent) => sum + commentsOf(state, agent).length, 0);
