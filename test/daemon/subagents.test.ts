import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import { trust } from '../../src/storage/trust.ts';
import { type Mcp, startMcp } from '../support/mcp.ts';
import { until } from '../support/wait.ts';
import { eventsOf, ofType, startChat, untilAgent, untilTurn } from './chat.ts';
import { putWorkflow, SCRIPT, trustIt } from './running.ts';
import { createWorld, env, kill, type World } from './world.ts';

interface Words {
  name: string;
  id: string;
  state: string;
  outcome: string | null;
  result?: string;
  [field: string]: unknown;
}

/** A project with one agent between two turns, `lead`, and its tools. */
async function startLead({ config = {}, prompt = 'say hello', more = {} as object } = {}) {
  const world = createWorld();
  if (Object.keys(config).length > 0) configure(world, config);
  const client = await world.connect();
  const lead = await startChat(world, client, 'lead', prompt, { worktree: true, unattended: 'auto', ...more });
  const mcp = await toolsOf(world, lead);
  return {
    world,
    client,
    lead,
    mcp,
    tool: async <T = Words>(name: string, args: object = {}) => (await mcp.tool(name, args)).value as T,
    async [Symbol.asyncDispose]() {
      await mcp.end();
      await world.end();
    },
  };
}

function configure(world: World, config: object) {
  execFileSync('mkdir', ['-p', join(world.root, '.boocode')]);
  const text = JSON.stringify(config);
  writeFileSync(join(world.root, '.boocode', 'config.json'), text);
  trust(world.root, Buffer.from(text));
}

const toolsOf = (world: World, agent: Agent): Promise<Mcp> =>
  startMcp(['--project', world.root, '--agent', agent.id], { cwd: world.root, env: process.env });

const promptsOf = async (client: DaemonClient, agent: string) =>
  ofType(await eventsOf(client, agent), 'turnStarted').map(({ prompt }) => prompt);

test('an agent starts two, goes on, and collects both: they stand below it, each in a worktree from its last commit', async () => {
  await using own = await startLead({ prompt: 'wait 600000' });
  const { client, tool, lead } = own;
  writeFileSync(join(lead.worktree!, 'mine.txt'), 'mine\n');
  execFileSync('git', ['add', '.'], { cwd: lead.worktree! });
  execFileSync('git', ['commit', '-qm', 'mine'], { cwd: lead.worktree! });
  const one = await tool('spawn_subagent', { task: 'say the first', name: 'one' });
  const two = await tool('spawn_subagent', { task: 'write made.txt two\nsay the second', name: 'two' });
  expect([one, two]).toMatchObject([
    { name: 'one', outcome: null },
    { name: 'two', outcome: null, driven_by: 'demo-chat', branch: 'boo/two' },
  ]);
  expect(await tool('subagent_result', { agent: 'one', wait_seconds: 50 })).toMatchObject({
    outcome: 'completed',
    result: 'the first',
  });
  const second = await tool('subagent_result', { agent: two.id, wait_seconds: 50 });
  expect(second).toMatchObject({ outcome: 'completed', result: 'the second' });
  expect(readFileSync(join(second.worktree as string, 'mine.txt'), 'utf8')).toBe('mine\n');
  expect(existsSync(join(second.worktree as string, 'made.txt'))).toBe(true);
  const { agent } = await client.call('agent.get', { agent: 'two' });
  expect(agent).toMatchObject({ parentId: lead.id, base: lead.branch, subagent: { told: true } });
  const { subagents } = await tool<{ subagents: Words[] }>('subagent_status');
  expect(subagents.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['one', 'completed'],
    ['two', 'completed'],
  ]);
  // Its own turn still runs, and it has heard of both: nothing waits for its end.
  expect((await client.call('agent.get', { agent: 'lead' })).agent).toMatchObject({ turn: { number: 1 } });
  expect((await client.call('agent.get', { agent: 'lead' })).agent.queue).toBeUndefined();
});

test('between two turns it is told of an end by a prompt, in the middle of one by the next answer of a tool, and never twice', async () => {
  await using own = await startLead();
  const { client, mcp, tool } = own;
  await untilTurn(client, 'lead', 1);
  await tool('spawn_subagent', { task: 'say done', name: 'helper' });
  await untilTurn(client, 'lead', 2);
  expect((await promptsOf(client, 'lead'))[1]).toBe(
    '[BooCode] your subagent helper has ended: completed. subagent_result gives what came of it.',
  );
  await client.call('agent.prompt', { agent: 'lead', text: 'wait 600000', images: [] });
  await untilAgent(client, 'lead', 'works', ({ turn }) => turn?.number === 3 && turn.startedAt !== null);
  await tool('spawn_subagent', { task: 'fail it broke', name: 'other' });
  await untilAgent(client, 'other', 'has ended', ({ status }) => status.state === 'failed');
  const { news } = await mcp.tool('list_agents');
  expect(news).toEqual(['[BooCode] your subagent other has ended: failed. subagent_result gives what came of it.']);
  expect((await mcp.tool('list_collisions')).news).toEqual([]);
  expect(await tool('subagent_result', { agent: 'other' })).toMatchObject({ outcome: 'failed', message: 'it broke' });
  await client.call('agent.interrupt', { agent: 'lead' });
  await untilTurn(client, 'lead', 3);
  expect((await client.call('agent.get', { agent: 'lead' })).agent.queue).toBeUndefined();
});

test('how many at once and how deep is bounded, for those below as for itself; the same wish is started once, also over a crash', async () => {
  await using own = await startLead({ config: { subagents: { depth: 2, count: 2 } }, prompt: 'wait 600000' });
  const { world, client, mcp, tool, lead } = own;
  const wish = { parent: lead.id, key: 'k', task: 'wait 600000', name: 'one', env: env() };
  const [first, again] = await Promise.all([client.call('subagent.spawn', wish), client.call('subagent.spawn', wish)]);
  expect(again.agent.id).toBe(first.agent.id);
  await kill(await world.daemonPid(client));
  // The connection of the tools was to the daemon that is gone.
  expect(await tool<{ subagents: Words[] }>('subagent_status')).toMatchObject({ subagents: [{ name: 'one' }] });
  const fresh = await world.connect();
  expect((await fresh.call('subagent.spawn', wish)).agent.id).toBe(first.agent.id);
  await using below = await toolsOf(world, first.agent);
  const deeper = (await below.tool('spawn_subagent', { task: 'wait 600000', name: 'deeper' })).value as Words;
  expect(deeper).toMatchObject({ name: 'deeper', branch: 'boo/deeper' });
  const full = await mcp.tool('spawn_subagent', { task: 'say no' });
  expect(full).toMatchObject({ isError: true });
  expect(full.value).toMatch(/at most 2 subagents may work at once below lead \(there are one, deeper\)/);
  await using deepest = await toolsOf(world, (await fresh.call('agent.get', { agent: 'deeper' })).agent);
  expect((await deepest.tool('spawn_subagent', { task: 'say no' })).value).toMatch(/nested 2 deep/);
  // One below another may be stopped by who stands above both, and not the other way round.
  expect((await deepest.tool('cancel_subagent', { agent: 'one' })).value).toMatch(/one is no subagent of deeper/);
  expect(await tool('cancel_subagent', { agent: 'deeper' })).toMatchObject({ outcome: 'cancelled' });
  expect(await tool('spawn_subagent', { task: 'say yes', name: 'three' })).toMatchObject({ name: 'three' });
});

test('one that has ended is asked further in its session, and others are told who speaks; nobody speaks to itself', async () => {
  await using own = await startLead({ prompt: 'wait 600000' });
  const { world, client, mcp, tool } = own;
  await tool('spawn_subagent', { task: 'say one', name: 'helper' });
  expect(await tool('subagent_result', { agent: 'helper' })).toMatchObject({ outcome: 'completed', result: 'one' });
  expect(await tool<object>('send_to_agent', { agent: 'helper', text: 'say two' })).toMatchObject({ to: 'helper' });
  expect(await tool('subagent_result', { agent: 'helper', wait_seconds: 50 })).toMatchObject({
    outcome: 'completed',
    result: 'two',
  });
  await startChat(world, client, 'stranger', 'say hello');
  await untilTurn(client, 'stranger', 1);
  expect(await tool<object>('send_to_agent', { agent: 'stranger', text: 'say hi' })).toMatchObject({
    receipt: 'submitted',
  });
  await untilTurn(client, 'stranger', 2);
  expect((await promptsOf(client, 'stranger'))[1]).toBe('[BooCode] lead, another agent of this project, says:\nsay hi');
  // It was not its own: it goes on.
  await untilAgent(client, 'stranger', 'is idle', ({ status }) => status.state === 'idle');
  expect(await mcp.tool('send_to_agent', { agent: 'lead', text: 'x' })).toMatchObject({ isError: true });
  expect((await mcp.tool('subagent_result', { agent: 'stranger' })).value).toMatch(/stranger is no subagent of lead/);
});

test('it runs a workflow below itself, whose agents are driven as it is, and gets its result', async () => {
  await using own = await startLead({ prompt: 'wait 600000' });
  const { world, client, tool, mcp, lead } = own;
  const script = `export const meta = { name: 'twice', description: 'Asks twice', args: { what: { type: 'string', required: true } } };
export default async function main({ what }) {
  const one = await agent('say ' + what, { worktree: false });
  const two = await agent('say and ' + one, { worktree: false });
  return { said: two };
}
`;
  putWorkflow(world.root, 'workflows/twice.js', script);
  expect((await mcp.tool('run_workflow', { workflow: 'twice', args: { what: 'hi' } })).value).toMatch(/is not trusted/);
  await trustIt(client, 'twice');
  expect((await mcp.tool('run_workflow', { workflow: 'twice' })).value).toMatch(/what: it is required.*It takes: what/);
  const run = await tool('run_workflow', { workflow: 'twice', args: { what: 'hi' }, name: 'asking' });
  expect(run).toMatchObject({ name: 'asking', outcome: null });
  const ended = await tool('subagent_result', { agent: 'asking', wait_seconds: 50 });
  expect(ended).toMatchObject({ outcome: 'completed', result: '{"said":"and hi"}' });
  const { agents } = await client.call('agent.list', { all: false });
  const [, asking, ...calls] = agents;
  expect(asking).toMatchObject({ parentId: lead.id, runtime: 'workflow', subagent: { told: true } });
  expect(calls.map(({ parentId, runtime }) => [parentId, runtime])).toEqual(Array(2).fill([asking!.id, 'demo-chat']));
  expect((await mcp.tool('send_to_agent', { agent: 'asking', text: 'x' })).value).toMatch(/takes no prompts/);
});

test('what it has started is stopped with it, but for what it let go', async () => {
  await using own = await startLead({ prompt: 'wait 600000' });
  const { client, tool } = own;
  await tool('spawn_subagent', { task: 'wait 600000', name: 'bound' });
  await tool('spawn_subagent', { task: 'wait 600000', name: 'free', detached: true });
  await client.call('agent.stop', { agent: 'lead' });
  const bound = await untilAgent(client, 'bound', 'has ended', ({ status }) => status.state === 'cancelled');
  expect(bound.stopping).toBe('parent');
  await untilAgent(client, 'free', 'goes on', ({ status }) => status.state === 'running');
  expect((await own.mcp.tool('spawn_subagent', { task: 'say no' })).value).toMatch(/lead has ended/);
});

test('it sees all agents, what they print, and where they collide', async () => {
  await using own = await startLead({ prompt: 'wait 600000' });
  const { tool, mcp } = own;
  await tool('spawn_subagent', { task: 'write file.txt left\nsay a needle in hay', name: 'a' });
  await tool('spawn_subagent', { task: 'write file.txt right\nsay nothing', name: 'b' });
  for (const agent of ['a', 'b']) await tool('subagent_result', { agent, wait_seconds: 50 });
  const { agents } = await tool<{ agents: Words[] }>('list_agents');
  expect(agents.map(({ name, parent, you }) => [name, parent, you])).toEqual([
    ['lead', undefined, true],
    ['a', 'lead', undefined],
    ['b', 'lead', undefined],
  ]);
  let collisions: object[] = [];
  await until('the collision is seen', async () => {
    ({ collisions } = await tool<{ collisions: object[] }>('list_collisions'));
    return collisions.length > 0;
  });
  expect(collisions).toMatchObject([{ file: 'file.txt', severity: 'same_line', agents: ['a', 'b'] }]);
  expect(await tool<object>('list_collisions', { mine: true })).toEqual({ collisions: [] });
  expect(await tool<object>('search_output', { pattern: 'n[e]{2}dle' })).toMatchObject({
    matches: [{ agent: 'a' }, { agent: 'a', text: 'a needle in hay' }],
  });
  expect((await mcp.tool('search_output', { pattern: '(' })).isError).toBe(true);
});

test('what is asked wrongly is said in a sentence, and the next question is answered', async () => {
  await using own = await startLead();
  const { mcp } = own;
  const { result } = await mcp.request('tools/list');
  const names = result?.tools.map(({ name }) => name);
  expect(names).toEqual([
    'spawn_subagent',
    'run_workflow',
    'subagent_status',
    'subagent_result',
    'cancel_subagent',
    'list_agents',
    'send_to_agent',
    'search_output',
    'list_collisions',
  ]);
  putWorkflow(own.world.root, 'workflows/bad.js', 'export const meta = {};\nlet x = ;\n');
  putWorkflow(own.world.root, 'workflows/strange.js', SCRIPT.replace("'work'", "'strange'"));
  const wrong: [string, object, RegExp][] = [
    ['spawn_subagent', {}, /task/],
    ['spawn_subagent', { task: ' ' }, /task/],
    ['spawn_subagent', { task: 'x', dangerously: true }, /dangerously/],
    ['spawn_subagent', { task: 'x', runtime: 'nonsense' }, /there is no runtime "nonsense"; known: claude/],
    ['spawn_subagent', { task: 'touch x', runtime: 'shell' }, /shell cannot be a subagent/],
    ['spawn_subagent', { task: 'touch x', runtime: 'command-exec' }, /command-exec cannot be a subagent/],
    ['spawn_subagent', { task: 'x', profile: 'none' }, /there is no profile "none"/],
    ['spawn_subagent', { task: 'x', name: '../up' }, /the name "..\/up"/],
    ['run_workflow', {}, /workflow/],
    ['run_workflow', { workflow: 'nothing' }, /nothing/],
    ['run_workflow', { workflow: 'bad' }, /bad\.js:2:9/],
    ['run_workflow', { workflow: 'strange' }, /strange is the repository's/],
    ['subagent_status', { agent: 'nobody' }, /there is no agent "nobody"; known: lead/],
    ['subagent_result', {}, /agent/],
    ['subagent_result', { agent: 'lead', wait_seconds: 1000 }, /wait_seconds/],
    ['subagent_result', { agent: 'lead' }, /lead is no subagent of lead/],
    ['cancel_subagent', { agent: 'lead' }, /lead is no subagent of lead/],
    ['list_agents', { all: 1 }, /all/],
    ['send_to_agent', { agent: 'nobody', text: 'x' }, /there is no agent "nobody"/],
    ['send_to_agent', { agent: 'lead' }, /text/],
    ['search_output', { pattern: '' }, /pattern/],
    ['search_output', { pattern: 'x', agents: ['nobody'] }, /there is no agent "nobody"/],
    ['list_collisions', { mine: 'yes' }, /mine/],
    ['no_such_tool', {}, /no_such_tool/],
  ];
  for (const [name, args, sentence] of wrong) {
    const { value, isError } = await mcp.tool(name, args);
    expect([name, args, isError, value]).toEqual([name, args, true, expect.stringMatching(sentence)]);
  }
  expect((await mcp.request('no/such/method')).error).toMatchObject({ code: -32601 });
  expect((await mcp.tool('list_agents')).isError).toBe(false);
  expect(await mcp.end()).toBe(0);
});

test('a switch in the config ends it: nothing more is started', async () => {
  await using own = await startLead({ config: { subagents: { enabled: false } } });
  const { mcp } = own;
  expect((await mcp.tool('spawn_subagent', { task: 'say no' })).value).toMatch(/subagents are switched off/);
});
