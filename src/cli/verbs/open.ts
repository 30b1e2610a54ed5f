import { openCockpit } from '../cockpit.ts';
import type { Context } from '../context.ts';
import { runDemo } from '../demo.ts';
import type { Verb } from '../verb.ts';

/** `boocode [DIR]`: not a verb that is written, but the one without a name. */
export const open: Verb = {
  name: '',
  usage: '[DIR]',
  summary: 'open the cockpit of the project around DIR (default: this folder)',
  details: 'q leaves it, and the agents go on; ? shows the keys.',
  options: {
    'demo-if-no-agent': { type: 'boolean', summary: 'as boocode demo when no coding agent is installed here' },
  },
  words: { min: 0, max: 1, completes: 'folders' },
  examples: [
    { line: 'boocode', does: 'opens the cockpit of this project' },
    { line: 'boocode ~/src/shop', does: 'of another one' },
  ],
  async run(context) {
    const [dir] = context.words;
    if (dir === undefined && context.flag('demo-if-no-agent') && !(await hasAgent(context))) {
      return runDemo(context, { open: true });
    }
    return openCockpit(context, dir === undefined ? {} : { dir });
  },
};

/** Is any coding agent installed here, so that a person has something of their own to start? */
async function hasAgent({ env, io }: Context): Promise<boolean> {
  const { runtimes } = await import('../../runtimes/index.ts');
  const { which } = await import('../../runtimes/which.ts');
  return runtimes.some(({ binary }) => binary !== null && which(binary, env, io.cwd) !== null);
}
