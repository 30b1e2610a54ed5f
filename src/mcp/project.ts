import * as z from 'zod';
import { toldAgents } from '../core/subagents.ts';
import { MAX_CONTEXT, MAX_PATTERN } from '../schema/search-limits.ts';
import { type Tool, tool } from './tool.ts';
import { agentWords } from './words.ts';

/** Lines that a search gives at most, and where nothing is said. */
const MAX_LINES = 200;
const LINES = 40;
/** Agents of a list: a model can take some twenty thousand tokens of an answer, and each has up to a hundred. */
const MAX_AGENTS = 100;

const list = tool({
  name: 'list_agents',
  title: 'The agents of the project',
  description:
    'All agents that work or have worked in this project, whoever started them: name, state, task, branch, worktree, changes. ' +
    'Yourself too (you: true), and which are below which (parent). Of many that have ended only the newest; left_out says how many more there are.',
  input: z.strictObject({}),
  async run({ agent: self, call }) {
    const { agents } = await call('agent.list', { all: false });
    const names = new Map(agents.map(({ id, name }) => [id, name]));
    const told = toldAgents(agents, self, MAX_AGENTS);
    const leftOut = agents.length - told.length;
    return {
      agents: told.map((agent) => ({
        ...agentWords(agent),
        ...(agent.parentId !== null && { parent: names.get(agent.parentId) ?? agent.parentId }),
        ...([agent.id, agent.name].includes(self) && { you: true }),
      })),
      ...(leftOut > 0 && { left_out: leftOut }),
    };
  },
});

const send = tool({
  name: 'send_to_agent',
  title: 'Say something to an agent',
  description:
    'Gives another agent of the project a prompt, with your name before it. In the middle of a turn it gets it at the end. A ' +
    'subagent of yours that has ended goes on with it, in its session: ask it further questions so. The answer is a receipt, ' +
    'not what it says to it: read that with subagent_result or search_output.',
  input: z.strictObject({
    agent: z.string().min(1).describe('Its name or id, as list_agents gives it.'),
    text: z.string().trim().min(1),
  }),
  async run({ agent: parent, env, once }, { agent, text }) {
    const sent = await once('subagent.send', { parent, agent, text, env });
    return { to: sent.agent.name, receipt: sent.receipt, detail: sent.detail };
  },
});

const search = tool({
  name: 'search_output',
  title: 'Search what agents have printed',
  description:
    'Lines of the output of all agents (or some) that match, newest kept where there are too many. For example whether another ' +
    'agent has met the same error.',
  input: z.strictObject({
    pattern: z
      .string()
      .min(1)
      .max(MAX_PATTERN)
      .describe('A JavaScript regular expression within a line; small letters match capitals too unless it has one.'),
    fixed: z.boolean().default(false).describe('True: the pattern is the very text.'),
    agents: z.array(z.string()).default([]).describe('Names; none: all agents.'),
    limit: z.number().int().min(1).max(MAX_LINES).default(LINES),
    context: z.number().int().min(0).max(MAX_CONTEXT).default(0).describe('Lines before and after each.'),
  }),
  async run({ call }, { pattern, fixed, agents, limit, context }) {
    const found = await call('search', {
      ...{ pattern: { text: pattern, fixed, case: 'smart' }, limit, before: context, after: context },
      ...{ since: null, agents, states: [], all: false, key: null, part: null },
    });
    const matches = found.matches.map(({ agent, line, at, text, before, after }) => ({
      ...{ agent, line, time: new Date(at).toISOString(), text },
      ...(context > 0 && { before, after }),
    }));
    return { matches, total: found.total };
  },
});

const collisions = tool({
  name: 'list_collisions',
  title: 'Where agents are in each other’s way',
  description:
    'Files that two agents have both changed, worst first: same_line, adjacent_line, different_area, identical. Uncommitted work ' +
    'counts; lines are those of the common base. Nothing is blocked by it: agree with the other agent, or leave the place.',
  input: z.strictObject({ mine: z.boolean().default(false).describe('True: only those you take part in.') }),
  async run({ agent, call }, { mine }) {
    const { collisions: all } = await call('collisions.list', {});
    const shown = all.filter(({ ids, agents }) => !mine || [...ids, ...agents].includes(agent));
    return {
      collisions: shown.map(({ file, severity, agents, ranges }) => ({ file, severity, agents, lines: ranges })),
    };
  },
});

export const projectTools: Tool[] = [list, send, search, collisions];
