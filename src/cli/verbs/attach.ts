import { openAgent } from '../cockpit.ts';
import type { Verb } from '../verb.ts';

export const attach: Verb = {
  name: 'attach',
  usage: 'AGENT',
  summary: 'show one agent full screen and type to it',
  details:
    'Every key but the leave key (Ctrl-], configurable as keys.leave) goes to the agent. Leaving it ends nothing. An agent that is driven over a protocol has no screen: its conversation is shown, where Ctrl-] stops typing and q leaves.',
  options: {},
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode attach auth-fix', does: 'opens it; Ctrl-] leaves' }],
  run: (context) => openAgent(context, context.words[0]!),
};
