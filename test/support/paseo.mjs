#!/usr/bin/env node
// Stands in for Paseo's CLI, of which only the answers are known here: prints them in the forms that 0.1.65 was recorded with. Its one
// daemon is the file PASEO_STATE; a prompt is done at once, but for ASK (waits for a permission) and SLOW (until it is stopped).
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const file = process.env.PASEO_STATE;
const split = process.argv.indexOf('--');
const rest = split < 0 ? [] : process.argv.slice(split + 1);
const words = process.argv.slice(2, split < 0 ? undefined : split);
appendFileSync(`${file}.calls`, `${JSON.stringify(process.argv.slice(2))}\n`);
const option = (name) => {
  const at = words.indexOf(`--${name}`);
  return at < 0 ? undefined : words.splice(at, 2)[1];
};
const flag = (name) => {
  const at = words.indexOf(`--${name}`);
  return at >= 0 && words.splice(at, 1).length > 0;
};
const load = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { agents: {} });
const save = (state) => {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
};
const print = (value) =>
  process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}\n`);
const fail = (code, message, details) => {
  process.stderr.write(`${JSON.stringify({ error: { code, message, ...(details && { details }) } }, null, 2)}\n`);
  process.exit(1);
};
const host = option('host');
flag('json');
const facts = { provider: option('provider'), cwd: option('cwd'), model: option('model'), mode: option('mode') };
const [background, follow] = [flag('detach'), flag('follow')];
const [noWait, message, tail] = [flag('no-wait'), option('message'), option('tail')];
flag('force');
flag('all');
if (host === 'nowhere:1')
  fail(
    'DAEMON_NOT_RUNNING',
    `Cannot connect to daemon at ${host}: refused`,
    'Start the daemon with: paseo daemon start',
  );
const [verb, id, request] = words;
const agentOf = (state, wanted) =>
  Object.values(state.agents).find((one) => one.id.startsWith(wanted)) ??
  fail('AGENT_NOT_FOUND', `Agent not found: ${wanted}`);

function work(agent, prompt) {
  agent.log.push(`[User] ${prompt}`);
  agent.status = 'idle';
  if (/ASK/.test(prompt)) {
    agent.log.push('Running a shell command.');
    agent.status = 'running';
    agent.pending = [{ id: 'perm-1234567890', name: 'Bash', description: 'touch made-by-shell.txt' }];
  } else if (/SLOW/.test(prompt)) {
    agent.log.push('This is a very slow answer');
    agent.status = 'running';
  } else if (/FAIL/.test(prompt)) {
    agent.log.push('[System Error] Claude Code process exited with code 1', '', 'code: 1');
    agent.status = 'error';
  } else agent.log.push('[Thought] A file is wanted.', '[Write] /home/dev/repo/hello.txt', 'All done:', 'two lines.');
  agent.cost += 0.25;
}
const change = (wanted, how) => {
  const state = load();
  const agent = agentOf(state, wanted);
  how(agent);
  save(state);
  return agent;
};
const begin = (session) => {
  const state = load();
  const fresh = {
    id: session ?? 'bd4534be-214d-41d7-88a4-ff28307263d9',
    status: 'idle',
    log: [],
    pending: [],
    cost: 0,
    ...facts,
  };
  state.agents[fresh.id] = fresh;
  save(state);
  return fresh;
};
const ended = async (wanted) => {
  for (;;) {
    const agent = agentOf(load(), wanted);
    if (agent.pending.length > 0) return { agentId: agent.id, status: 'permission', message: 'Agent is waiting' };
    if (agent.status !== 'running')
      return { agentId: agent.id, status: agent.status, message: `Agent is ${agent.status}.` };
    await delay(20);
  }
};

if (verb === '--version') print('0.1.65-beta.5');
else if (verb === 'daemon')
  print({
    status: 'running',
    host: host ?? 'localhost:6767',
    home: '/home/dev/.paseo',
    runningAgents: 0,
    idleAgents: 1,
  });
else if (verb === 'ls') {
  print(
    Object.values(load().agents).map(({ id, status, cwd, provider }) => ({
      id,
      shortId: id.slice(0, 7),
      name: 'FILE please',
      provider,
      thinking: 'auto',
      status,
      cwd,
      created: 'just now',
    })),
  );
} else if (verb === 'run') {
  const { id: made } = begin();
  change(made, (agent) => work(agent, rest[0]));
  const status = background ? 'created' : (await ended(made)).status;
  print({ agentId: made, status, provider: facts.provider, cwd: facts.cwd, title: rest[0] });
} else if (verb === 'import') {
  if (id.startsWith('gone'))
    fail('AGENT_IMPORT_FAILED', 'Failed to import agent: Codex agent requires modeId to be specified');
  print({
    agentId: begin(`imported-${id}`).id,
    status: 'created',
    provider: facts.provider,
    cwd: facts.cwd,
    title: null,
  });
} else if (verb === 'inspect') {
  const { status, provider, model, mode, cwd, cost, pending, id: whole } = agentOf(load(), id);
  const LastUsage = cost > 0 ? { InputTokens: 100, OutputTokens: 40, CachedTokens: 2000, CostUsd: cost } : null;
  print({
    ...{
      Id: whole,
      Name: 'FILE please',
      Provider: provider,
      Model: model ?? '-',
      Thinking: 'auto',
      Status: status,
      Archived: false,
    },
    ...{ Mode: mode ?? 'default', Cwd: cwd, LastUsage, AvailableModes: [{ id: 'default', label: 'Always Ask' }] },
    ...{
      PendingPermissions: pending.map(({ id: one, name }) => ({ id: one, tool: name })),
      Worktree: null,
      ParentAgentId: null,
    },
  });
} else if (verb === 'send') {
  const { id: to } = change(id, (agent) => work(agent, rest[0]));
  if (!noWait) await ended(to);
  const done = { agentId: to, status: 'completed', message: 'Agent completed processing the message' };
  print(noWait ? { agentId: to, status: 'sent', message: 'Message sent, not waiting for completion' } : done);
} else if (verb === 'wait') print(await ended(id));
else if (verb === 'stop') {
  change(id, (agent) => Object.assign(agent, { status: 'idle', pending: [] }));
  print({ stoppedCount: 1, agentIds: [id] });
} else if (verb === 'archive') {
  change(id, (agent) => Object.assign(agent, { archived: true }));
  print({ agentId: id, status: 'archived' });
} else if (verb === 'permit' && id === 'ls') {
  const all = Object.values(load().agents).flatMap((agent) => agent.pending.map((one) => ({ agent, one })));
  print(
    all.map(({ agent, one }) => ({
      id: one.id.slice(0, 8),
      agentId: agent.id,
      agentShortId: agent.id.slice(0, 7),
      name: one.name,
      description: one.description,
    })),
  );
} else if (verb === 'permit') {
  const { id: whole } = change(request, (agent) => {
    if (agent.pending.length === 0)
      fail('NO_PENDING_PERMISSIONS', `No pending permissions for agent ${agent.id.slice(0, 7)}`);
    const [one] = agent.pending.splice(0);
    agent.log.push(id === 'allow' ? `[Shell] ${one.description}` : `Not allowed: ${message}`);
    agent.status = 'idle';
  });
  print([
    {
      requestId: words[3].slice(0, 8),
      agentId: whole,
      agentShortId: whole.slice(0, 7),
      name: 'Bash',
      result: id === 'allow' ? 'allowed' : 'denied',
    },
  ]);
} else if (verb === 'logs' && follow) {
  let seen = agentOf(load(), id).log.length;
  print(`\n--- Following logs (${tail === '0' ? 'no history' : 'last 10 entries'}; Ctrl+C to stop) ---\n`);
  for (;;) {
    const { log } = agentOf(load(), id);
    if (log.length > seen) print(log.slice(seen).join('\n'));
    seen = log.length;
    await delay(20);
  }
} else if (verb === 'logs') print(agentOf(load(), id).log.join('\n'));
else {
  process.stderr.write(`error: unknown command '${verb}'\n`);
  process.exit(1);
}
