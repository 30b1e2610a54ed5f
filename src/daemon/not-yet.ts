import { BooError } from '../util/errors.ts';

const refuse = (): never => {
  throw new BooError('failed', 'this is being built', 'Wait for the next version.');
};

/** Methods that are declared and whose services come next, one after the other. */
export const notYet = {
  'agent.resume': refuse,
};
