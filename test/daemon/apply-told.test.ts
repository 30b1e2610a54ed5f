import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { until } from '../support/wait.ts';
import { git, lines, piecesOf, reject, writer } from './applying.ts';
import { createWorld, env, kill } from './world.ts';

const world = createWorld();
const { root } = world;
afterAll(() => world.end());

/** A program that works and rests by its title as Claude Code does, and says what it was told. */
const FAKE = `#!/bin/sh
printf '\\033]0;◐ works\\007ready\\n'
while read -r line; do
  case "$line" in
    rest) printf '\\033]0;✳ rests\\007' ;;
    work) printf '\\033]0;◐ works\\007' ;;
  esac
  echo "got $line"
done
`;

const output = async (client: DaemonClient) =>
  (await client.call('agent.output', { agent: 'fake', count: 200 })).lines.join('\n');
const say = async (client: DaemonClient, word: string) => {
  await client.call('agent.keys', { agent: 'fake', keys: [word, 'Enter'] });
  const states = word === 'rest' ? ['unknown'] : ['running'];
  await until(`it is ${states}`, async () =>
    states.includes((await client.call('agent.get', { agent: 'fake' })).agent.status.state),
  );
};
const decisions = async (client: DaemonClient) =>
  (await piecesOf(client, 'fake', 'long.txt')).map(({ decision }) => decision);

test('a reject waits for the end of the turn, also through a crash of the daemon; then the agent is told what and why', async () => {
  const program = join(process.env.BOOCODE_TEST_ROOT!, 'fake.sh');
  writeFileSync(program, FAKE, { mode: 0o755 });
  mkdirSync(join(process.env.XDG_CONFIG_HOME!, 'boocode'), { recursive: true });
  const profiles = { fake: { runtime: 'claude', command: program } };
  writeFileSync(join(process.env.XDG_CONFIG_HOME!, 'boocode/config.json'), JSON.stringify({ profiles }));
  writer(root)('long.txt', lines());
  git(root, 'add', '.');
  git(root, 'commit', '-qm', 'files');
  let client = await world.connect();
  const { agent } = await client.call('agent.new', {
    name: 'fake',
    profile: 'fake',
    cwd: root,
    env: env(),
    worktree: true,
  });
  const file = join(agent.worktree!, 'long.txt');
  const edited = lines((n) => (n === 3 || n === 25 ? `line\t${n}` : n));
  writeFileSync(file, edited);
  await until('it works', async () => (await output(client)).includes('ready'));
  const [first, second] = await piecesOf(client, 'fake', 'long.txt');
  const answer = await reject(client, 'fake', [['long.txt', [first!.id]]], {
    now: false,
    reason: 'keep\x1b[2J the number',
  });
  expect(answer).toEqual({
    operation: null,
    told: null,
    untold: 'fake is in the middle of a turn (running)',
  });
  await reject(client, 'fake', [['long.txt', [second!.id]]], { now: false });
  expect(await decisions(client)).toEqual(['rejected', 'rejected']);
  await kill(await world.daemonPid(client));
  client = await world.connect();
  await client.call('changes.decide', {
    ...{ agent: 'fake', decision: 'pending', seen: null },
    parts: [{ file: 'long.txt', pieces: [second!.id] }],
  });
  expect(readFileSync(file, 'utf8')).toBe(edited);
  await say(client, 'rest');
  await until('it is taken out', () => readFileSync(file, 'utf8') === lines((n) => (n === 25 ? `line\t${n}` : n)));
  await until('it was told', async () => (await output(client)).includes('got + line    3'));
  const told = await output(client);
  expect(told).toContain(
    'got I have rejected a change of yours and taken it out of your worktree. Please do not make it again.',
  );
  expect(told).toContain('got Reason: keep[2J the number');
  expect(told).toContain('got long.txt, line 3:');
  expect(told).toContain('got - 3');
  expect(await decisions(client)).toEqual(['pending']);
  writeFileSync(file, edited);
  expect(await decisions(client)).toEqual(['returned', 'pending']);
});

test('a reject at once does not wait, and its answer has the receipt', async () => {
  const client = await world.connect();
  const { agent } = await client.call('agent.get', { agent: 'fake' });
  await say(client, 'work');
  const [first] = await piecesOf(client, 'fake', 'long.txt');
  const { operation, told } = await reject(client, 'fake', [['long.txt', [first!.id]]], { now: true, reason: null });
  expect(operation!.files).toEqual([{ file: 'long.txt', outcome: 'written' }]);
  expect(told).toMatchObject({
    receipt: 'submitted',
    text: expect.stringContaining('long.txt, line 3:\n- 3\n+ line    3'),
  });
  await client.call('changes.undo', { operation: operation!.id });
  expect(readFileSync(join(agent.worktree!, 'long.txt'), 'utf8')).toContain('line\t3\n');
});

test('comments are kept over a restart of the daemon and go to the agent as one prompt', async () => {
  const comment = { id: null, file: 'long.txt', line: 3, endLine: 4, quote: 'line\t3\n4', text: 'Why a tab?\n' };
  const keep = async (fields: object) =>
    (await (await world.connect()).call('changes.comment', { agent: 'fake', comment: { ...comment, ...fields } }))
      .comment;
  const kept = async () => (await (await world.connect()).call('agent.get', { agent: 'fake' })).agent.comments;
  const there = await keep({ line: 25, endLine: 25, quote: 'line\x1b 25', text: 'And there?' });
  const first = await keep({});
  const other = await keep({ line: 30, endLine: 30, text: 'Never mind' });
  expect(await keep({ ...other!, text: ' ' })).toBeNull();
  await keep({ ...there!, text: 'And here?' });
  await kill(await world.daemonPid(await world.connect()));
  const client = await world.connect();
  expect(await kept()).toEqual([
    { ...first, text: 'Why a tab?' },
    { ...there, text: 'And here?' },
  ]);
  const ids = [there!.id, first!.id];
  const sending = client.call('changes.send', { agent: 'fake', comments: ids });
  await expect(client.call('changes.send', { agent: 'fake', comments: ids })).rejects.toMatchObject({
    code: 'conflict',
    message: 'comments for fake were sent or taken back meanwhile',
  });
  const sent = await sending;
  expect(sent.text).toBe(
    '2 comments on your changes:\n\nlong.txt:3-4\n> line    3\n> 4\nWhy a tab?\n\nlong.txt:25\n> line 25\nAnd here?',
  );
  expect(sent.receipt).toBe('submitted');
  expect(await kept()).toBeUndefined();
  await until('it was told', async () => (await output(client)).includes('got And here?'));
});

test('what takes no prompts gets no comments, and they are kept', async () => {
  const client = await world.connect();
  await world.start(client, 'shell');
  const place = { id: null, file: 'long.txt', line: 3, endLine: 4, quote: '' };
  const { comment } = await client.call('changes.comment', { agent: 'shell', comment: { ...place, text: 'Why?' } });
  await expect(client.call('changes.send', { agent: 'shell', comments: [comment!.id] })).rejects.toMatchObject({
    code: 'conflict',
    message:
      'shell cannot be told: its runtime (command) takes no prompts: what is typed to it would be run or written',
  });
  expect((await client.call('agent.get', { agent: 'shell' })).agent.comments).toEqual([comment]);
  const long = { ...place, text: 'x'.repeat(20_001) };
  await expect(client.call('changes.comment', { agent: 'shell', comment: long })).rejects.toMatchObject({
    code: 'usage',
  });
});
