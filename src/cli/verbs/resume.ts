import { agentJson } from '../../core/agent-json.ts';
import { agentLine } from '../agents.ts';
import { readText } from '../stdin.ts';
import type { Verb } from '../verb.ts';

export const resume: Verb = {
  name: 'resume',
  usage: 'AGENT [--prompt TEXT|-] [--as RUNTIME]',
  summary: 'go on with the session of an agent that has ended, or open it the other way',
  details:
    'The agent remembers what was before, so a short prompt is enough. What it does not know any more (an expired session) is begun afresh with its full prompt, and that is said. ' +
    'With --as the same session is opened in the agent’s own screen (claude) or as a conversation (claude-stream); a running one is stopped first. One that a budget holds is let go on.',
  options: {
    prompt: { type: 'string', value: 'TEXT|-', summary: 'what it is to do next; - reads standard input' },
    as: { type: 'string', value: 'RUNTIME', summary: 'open the session with this runtime', completes: 'runtimes' },
  },
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [
    { line: 'boocode resume auth-fix --prompt "Go on with the tests"', does: 'a new life with the same memory' },
    { line: 'boocode resume auth-fix --as claude', does: 'opens a conversation in Claude Code’s own screen' },
  ],
  async run(context) {
    const prompt = context.option('prompt');
    const runtime = context.option('as');
    const daemon = await context.daemon();
    const { agent, notes } = await daemon.call('agent.resume', {
      agent: context.words[0]!,
      ...(prompt === undefined ? {} : { prompt: prompt === '-' ? await readText(context.io) : prompt }),
      ...(runtime === undefined ? {} : { runtime }),
      env: context.env,
    });
    for (const note of notes) context.note(note);
    context.print({ ...agentJson(agent), notes }, () => agentLine(agent, context.paint));
    return 0;
  },
};
