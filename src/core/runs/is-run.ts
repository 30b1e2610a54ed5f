import type { Agent } from '../../schema/agent.ts';

/** Runtime of the processes that carry out runs. */
export const RUN_RUNTIME = 'workflow';

/** Is it a run of a workflow, and no agent that works itself? */
export const isRun = ({ runtime }: Pick<Agent, 'runtime'>): boolean => runtime === RUN_RUNTIME;
