import { BooError } from '../util/errors.ts';

const refuse = (): never => {
  throw new BooError('failed', 'this is being built', 'Wait for the next version.');
};

/** Methods that are declared and whose services come next, one after the other. */
export const notYet = {
  'session.events': refuse,
  'agent.resume': refuse,
  'agent.interrupt': refuse,
  'agent.configure': refuse,
  'agent.prompt': refuse,
  'agent.unqueue': refuse,
};
