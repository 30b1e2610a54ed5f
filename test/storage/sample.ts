import type { ProjectState, StateFile } from '../../src/schema/state.ts';

/** A state that is recognisable by its number, and long enough that a write has a middle. */
export const emptyState = (root: string, number: number): ProjectState => ({
  version: 1,
  project: { root, name: `n${number}-${'x'.repeat(20_000)}`, git: false, createdAt: number },
  agents: {},
  hosts: [],
});

export const fileOf = (root: string, generation: number): StateFile => ({
  format: 'boocode-state',
  version: 1,
  generation,
  state: emptyState(root, generation),
  records: {},
});
