import { BooError } from '../util/errors.ts';

const notYet = async (): Promise<never> => {
  throw new BooError('failed', 'this is not built yet');
};

/** Methods that are declared and being built: each goes from here when it is. */
export const notYetHandlers = {
  'run.combine': notYet,
  'cache.tree': notYet,
  'cache.get': notYet,
  'cache.put': notYet,
  'cache.clear': notYet,
};
