import { BooError } from '../../util/errors.ts';
import { findProject } from '../../util/project.ts';
import type { Verb } from '../verb.ts';

export const mcp: Verb = {
  name: 'mcp',
  usage: '[--agent AGENT]',
  summary: 'give an agent BooCode’s own tools, as an MCP server on standard input and output',
  details:
    'Agents of Claude Code, Codex, opencode, Qwen Code and all that speak ACP are given it when they are started, for that process alone ' +
    '("subagents": {"enabled": false} in the config, or "tools": false in a profile, ends that): they can then start agents of their own, ' +
    'follow and stop them, speak with the others, search what they printed, and see where they collide. Without --agent it speaks for the ' +
    'agent it is run by: in the settings of a program that cannot be given it at its start (gemini mcp add --scope user --trust boocode boocode mcp) it needs no arguments.',
  options: {
    agent: { type: 'string', short: 'a', value: 'AGENT', summary: 'the agent that it speaks for', completes: 'agents' },
  },
  words: { min: 0, max: 0 },
  examples: [{ line: 'boocode mcp --agent auth-fix', does: 'what a program that speaks MCP starts' }],
  async run({ io, env, option, project }) {
    // A child is called by its agent's id and the number of its life.
    const agent = option('agent') ?? env.BOOCODE_CHILD?.replace(/\.\d+$/, '');
    if (!agent) {
      const hint = 'Name it with --agent; within an agent that BooCode started it is known.';
      throw new BooError('usage', 'boocode mcp speaks for one agent, and none is named', hint);
    }
    const home = option('project') === undefined ? env.BOOCODE_PROJECT : undefined;
    const { root } = home ? findProject(home) : project();
    const { serve } = await import('../../mcp/server.ts');
    await serve({ root, agent, env, input: io.stdin });
    return 0;
  },
};
