import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PromptSearch } from '../../src/daemon/asks/marks.ts';
import { listHistory } from '../../src/storage/history.ts';
import { userConfigPath } from '../../src/util/paths.ts';
import { until } from '../support/wait.ts';
import { createWorld, env, kill } from './world.ts';

const world = createWorld();
afterAll(() => world.end());

const ask = { epoch: null, from: null, count: 10_000, styled: false };
const numbered = (from: number, to: number) => `for i in $(seq ${from} ${to}); do echo "line $i"; done`;

test('the history of a living agent, of an ended one, and of an ended one whose host is gone is the same', async () => {
  const client = await world.connect();
  await world.start(client, 'long', ['sh', '-c', `${numbered(1, 3000)}; exec cat`]);
  const page = () => client.call('agent.history', { ...ask, agent: 'long', styled: true });
  await until('all its lines', async () => {
    const { lines } = await client.call('agent.output', { agent: 'long', count: 5 });
    return lines.at(-1) === 'line 3000';
  });
  const living = await page();
  expect(living.lines[0]).toMatchObject({ line: 1, text: 'line 1', ansi: 'line 1' });
  await client.call('agent.stop', { agent: 'long' });
  expect(await page()).toEqual(living);
  await until('its history is kept', () => listHistory(world.root).length === 1);
  await client.call('agent.archive', { agent: 'long' });
  expect(await page()).toEqual(living);
  expect((await client.call('agent.output', { agent: 'long', count: 100_000 })).lines).toHaveLength(3000);
});

test('several lives of an agent are kept apart', async () => {
  const client = await world.connect();
  await world.start(client, 'lives', ['sh', '-c', `${numbered(1, 300)}; echo $PWD; exec cat`]);
  await until('all its lines', async () => {
    const { lines } = await client.call('agent.output', { agent: 'lives', count: 9 });
    return lines.at(-1) === world.root;
  });
  await client.call('agent.restart', { agent: 'lives', env: { ...env(), LIFE: '2' } });
  const of = (epoch: number | null) => client.call('agent.history', { ...ask, agent: 'lives', epoch });
  expect((await of(1)).lines[0]).toMatchObject({ line: 1, text: 'line 1' });
  await expect(of(7)).rejects.toMatchObject({ code: 'not_found' });
  await client.call('agent.stop', { agent: 'lives' });
  expect((await of(2)).first).toBe(1);
});

test('prompts are marked at their lines', async () => {
  const client = await world.connect();
  await world.start(client, 'marked', ['sh', '-c', `${numbered(1, 100)}; exec cat`]);
  await client.call('agent.send', { agent: 'marked', text: 'please water the tulips' });
  await client.call('agent.send', { agent: 'marked', text: numbered(1, 1) });
  await client.call('agent.stop', { agent: 'marked' });
  const { marks } = await client.call('agent.marks', { agent: 'marked' });
  expect(marks.map(({ kind, text }) => [kind, text])).toEqual([
    ['prompt', 'please water the tulips'],
    ['prompt', numbered(1, 1)],
  ]);
  expect(marks[0]!.line).toBeGreaterThan(20);
});

test('a prompt that is still on the screen is marked at its row', async () => {
  const client = await world.connect();
  await world.start(client, 'there', ['sh', '-c', `${numbered(1, 100)}; exec cat`]);
  const screen = async () => (await client.call('agent.screen', { agent: 'there', ansi: false })).lines;
  await until('its lines', async () => (await screen()).includes('line 100'));
  await client.call('agent.send', { agent: 'there', text: 'what stands here' });
  const { total } = await client.call('agent.history', { ...ask, agent: 'there', count: 1 });
  const { marks } = await client.call('agent.marks', { agent: 'there' });
  expect(marks).toHaveLength(1);
  expect((await screen())[marks[0]!.line - total - 1]).toBe('what stands here');
});

test('prompts are found where a full-screen program showed them, in the order they were sent', () => {
  const search = new PromptSearch([
    { kind: 'prompt', at: 20_000, text: 'again' },
    { kind: 'prompt', at: 21_300, text: 'something else' },
    { kind: 'prompt', at: 24_000, text: 'again' },
    { kind: 'prompt', at: 60_000, text: 'at last' },
  ]);
  // Its lines have the times at which they were seen first.
  const lines: [number, string][] = [
    [10_000, 'title'],
    [53_000, ''],
    [10_000, 'tip'],
    [24_400, '> again'],
    [21_200, '> something else'],
    [53_500, 'answer'],
  ];
  for (const [index, [at, text]] of lines.entries()) search.take({ line: index + 1, at, text });
  expect(search.end(['', '> at last', ''], 7).map(({ line, text }) => [line, text])).toEqual([
    [4, 'again'],
    [5, 'something else'],
    [6, 'again'],
    [8, 'at last'],
  ]);
});

test('a prompt that the command line carries is marked beside one with the same text that is sent, in each life its own', async () => {
  const client = await world.connect();
  const program = join(process.env.BOOCODE_TEST_ROOT!, 'takes-a-prompt.sh');
  const script = `for last; do :; done; echo "> $last"; ${numbered(1, 100)}; echo ready; while read -r line; do ${numbered(1, 100)}; echo "< $line"; done`;
  writeFileSync(program, `#!/bin/sh\nstty -echo\n${script}\n`, { mode: 0o755 });
  mkdirSync(dirname(userConfigPath()), { recursive: true });
  writeFileSync(userConfigPath(), JSON.stringify({ profiles: { fake: { runtime: 'gemini', command: program } } }));
  try {
    const ask = { name: 'twice', profile: 'fake', cwd: world.root, env: env(), worktree: false };
    await client.call('agent.new', { ...ask, prompt: 'water the tulips' });
    const page = async () => (await client.call('agent.output', { agent: 'twice', count: 1000 })).lines.join('\n');
    await until('it reads', async () => (await page()).includes('ready'));
    await client.call('agent.send', { agent: 'twice', text: 'water the tulips' });
    await until('it has answered', async () => (await page()).includes('< '));
    const marks = async (epoch: number | null) =>
      (await client.call('agent.marks', { agent: 'twice', epoch })).marks.map(({ kind, line, text }) => [
        kind,
        line,
        text,
      ]);
    const expected = [
      ['prompt', 1, 'water the tulips'],
      ['prompt', expect.any(Number), 'water the tulips'],
    ];
    expect(await marks(null)).toEqual(expected);
    expect((await marks(null))[1]![1]).toBeGreaterThan(80);
    await client.call('agent.restart', { agent: 'twice', env: env() });
    await until('it reads again', async () => (await page()).includes('ready'));
    expect(await marks(null)).toEqual(expected.slice(0, 1));
    expect(await marks(1)).toEqual(expected);
  } finally {
    rmSync(userConfigPath());
  }
});

test('a life whose host was killed is made anew from its recording, and that is said', async () => {
  const client = await world.connect();
  const script = `${numbered(1, 400)}; printf '\\033]2;titled\\007'; printf 'wrapped %0250d\\n' 7; echo the end; exec cat`;
  const agent = await world.start(client, 'lost', ['sh', '-c', script]);
  const text = async () => (await client.call('agent.output', { agent: 'lost', count: 10_000 })).lines;
  await until('its last line', async () => (await text()).at(-1) === 'the end');
  const before = await text();
  const parts = (await client.call('agent.lives', { agent: 'lost' })).lives[0]!.recording;
  // What it printed comes in pieces of any size.
  const recorded = () =>
    readFileSync(parts[0]!, 'utf8')
      .split('\n')
      .flatMap((line) => /, *"o", *"(.*)"\]$/.exec(line)?.[1] ?? []);
  await until('it is recorded', () => recorded().join('').includes('the end'));
  const { hosts } = (await client.call('subscribe', {})).state;
  await kill(hosts.find(({ id }) => id === agent.host)!.pid);
  await client.call('agent.wait', { agent: 'lost', states: ['failed'], timeoutMs: 60_000 });
  expect(await text()).toEqual(before);
  const page = await client.call('agent.history', { ...ask, agent: 'lost' });
  expect(page.notice).toMatch(/made anew from its recording/);
  expect(page.lines[0]).toMatchObject({ line: 1, text: 'line 1' });
  expect(Math.abs(page.lines[0]!.at - Date.now())).toBeLessThan(60_000);
  expect((await client.call('agent.screen', { agent: 'lost', ansi: false })).title).toBe('titled');
});

test('commands of a shell that marks its prompts are marked, also after its end', async () => {
  const client = await world.connect();
  const prompts = `PS1='\\[\\e]133;A\\a\\]> \\[\\e]133;B\\a\\]' PS0='\\e]133;C\\a'`;
  await world.start(client, 'shell', ['bash', '-c', `${prompts} exec bash --norc -i`]);
  const screen = async () => (await client.call('agent.screen', { agent: 'shell', ansi: false })).lines.join('\n');
  await until('its prompt', async () => (await screen()).includes('>'));
  await client.call('agent.keys', { agent: 'shell', keys: ['echo one two', 'Enter'] });
  await until('its answer', async () => /^one two$/m.test(await screen()));
  const expected = [{ kind: 'command', text: 'echo one two' }];
  expect((await client.call('agent.marks', { agent: 'shell' })).marks).toMatchObject(expected);
  await client.call('agent.archive', { agent: 'shell' });
  expect((await client.call('agent.marks', { agent: 'shell' })).marks).toMatchObject(expected);
});
