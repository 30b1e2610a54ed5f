import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Search } from '../../src/schema/search.ts';
import { dataFolder, projectPaths } from '../../src/util/paths.ts';
import { until } from '../support/wait.ts';
import { createWorld, env, kill, type World } from './world.ts';

type Wish = Partial<Omit<Search, 'pattern'>> & { fixed?: boolean; case?: 'smart' | 'exact' | 'ignore' };

const searchIn = (
  client: DaemonClient,
  text: string,
  { fixed = false, case: matching = 'smart', ...more }: Wish = {},
) =>
  client.call('search', {
    pattern: { text, fixed, case: matching },
    limit: 50,
    before: 0,
    after: 0,
    since: null,
    agents: [],
    states: [],
    all: false,
    key: null,
    ...more,
  });

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld({ git: false });
  client = await world.connect();
});
afterEach(() => world.end());

/** An agent that has run `program` and ended. */
async function ended(name: string, program: string) {
  const agent = await world.start(client, name, ['sh', '-c', program]);
  await client.call('agent.wait', { agent: name, states: ['completed'], timeoutMs: 60_000 });
  return agent;
}

/** An agent that prints `count` lines `NAME i` and waits. */
async function printer(name: string, count: number) {
  const agent = await world.start(client, name, [
    'sh',
    '-c',
    `i=1; while [ $i -le ${count} ]; do echo "${name} $i"; i=$((i+1)); done; echo done-${name}; exec cat`,
  ]);
  await until(`${name} has printed`, async () =>
    (await client.call('agent.screen', { agent: name, ansi: false })).lines.includes(`done-${name}`),
  );
  return agent;
}

describe('search of a daemon', () => {
  test('who waits for it is told once agents have printed more, and not before', async () => {
    await printer('one', 3);
    let count = (await client.call('search.printed', { after: null })).count;
    // What was printed last may be told of in a moment.
    let told = false;
    const ask = async () => {
      count = (await client.call('search.printed', { after: count })).count;
      told = true;
    };
    const waiting = ask();
    await client.call('agent.keys', { agent: 'one', keys: ['more', 'Enter'] });
    await waiting;
    expect(told).toBe(true);
    const first = client.call('search.printed', { after: count + 100 });
    const refused = expect(first).rejects.toMatchObject({ code: 'failed' });
    expect((await client.call('search.printed', { after: null })).count).toBeGreaterThanOrEqual(count);
    await refused;
  });

  test('answers from all agents, each with its newest lines and a fair share', async () => {
    await printer('one', 300);
    await printer('two', 5);
    const all = await searchIn(client, '\\d$', { limit: 20 });
    expect(all).toMatchObject({ total: 305, truncated: true, sources: ['ring', 'screen'], lost: [] });
    expect(all.counts.map(({ agent, total }) => [agent, total])).toEqual([
      ['one', 300],
      ['two', 5],
    ]);
    expect(all.matches.filter(({ agent }) => agent === 'two').map(({ text }) => text)).toEqual(
      [1, 2, 3, 4, 5].map((i) => `two ${i}`),
    );
    expect(all.matches.slice(0, 15).map(({ text }) => text)).toEqual(
      Array.from({ length: 15 }, (_, i) => `one ${286 + i}`),
    );
  });

  test('shows what the others have when a host dies, and says the loss', async () => {
    await ended('old', 'echo seen once');
    await client.call('agent.archive', { agent: 'old' });
    const { host } = await printer('young', 3);
    const { hosts } = await client.call('status', {});
    expect(host).not.toBeNull();
    // It takes the question and never answers it.
    process.kill(hosts[0]!.pid, 'SIGSTOP');
    const answer = searchIn(client, 'seen|young', { all: true });
    // Answered after the search was begun: requests of one client are taken in their order.
    await client.call('status', {});
    process.kill(hosts[0]!.pid, 'SIGKILL');
    expect(await answer).toMatchObject({
      matches: [{ agent: 'old', text: 'seen once', source: 'archive' }],
      lost: [{ agent: 'young', reason: 'its process host ended' }],
    });
  });

  test('shows what the others have when a host hangs, and says so', async () => {
    await ended('old', 'echo seen once');
    await client.call('agent.archive', { agent: 'old' });
    await printer('young', 3);
    const { pid } = (await client.call('status', {})).hosts[0]!;
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await searchIn(client, 'seen|young', { all: true })).toMatchObject({
        matches: [{ agent: 'old', text: 'seen once' }],
        lost: [{ agent: 'young', reason: `its process host (pid ${pid}) does not answer` }],
      });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await searchIn(client, 'young')).toMatchObject({ lost: [], counts: [{ agent: 'young', total: 4 }] });
  });

  test('finds what is kept on disk: of ended agents that are listed, and with all of archived and removed ones', async () => {
    for (const name of ['ended', 'archived', 'removed']) await ended(name, `seq 1 300; echo "${name} was here"`);
    await client.call('agent.archive', { agent: 'archived' });
    await client.call('agent.rm', { agent: 'removed' });
    const agents = async (more: Wish) => (await searchIn(client, 'was here', more)).matches.map(({ agent }) => agent);
    expect(await agents({})).toEqual(['ended']);
    expect(await agents({ all: true })).toEqual(['ended', 'archived', 'removed']);
    expect(await agents({ all: true, agents: ['removed'] })).toEqual(['removed']);
    const { matches } = await searchIn(client, '^(255|300|removed.*)$', {
      all: true,
      agents: ['removed'],
      before: 2,
      after: 1,
    });
    expect(matches.map(({ line, before, after }) => [line, before, after])).toEqual([
      [255, ['253', '254'], ['256']],
      [300, ['298', '299'], ['removed was here']],
      [301, ['299', '300'], []],
    ]);
    const slow = await searchIn(client, '(\\d+)+x|(\\w+\\s?)+$!', { all: true });
    expect(slow.lost.every(({ reason }) => reason.includes('too long'))).toBe(true);
  });

  test('says of an agent asked for by name that nothing is kept of it', async () => {
    const { id, epoch } = await ended('swept', 'echo was here');
    await ended('other', 'echo was here too');
    await client.call('agent.archive', { agent: 'swept' });
    const swept = (more: Wish) => searchIn(client, 'was here', { all: true, ...more });
    expect(await swept({ agents: ['swept'] })).toMatchObject({ total: 1, lost: [] });
    const file = join(projectPaths(world.root).history, `${id}.${epoch}.jsonl.gz`);
    await until('its history is on the disk', () => existsSync(file));
    await kill(await world.daemonPid(client));
    rmSync(file);
    client = await world.connect();
    const lost = [{ agent: 'swept', reason: 'nothing is kept of what it printed' }];
    expect(await swept({ agents: ['swept', 'other'] })).toMatchObject({ total: 1, lost });
    expect(await swept({})).toMatchObject({ total: 1, lost: [] });
  });

  test('tells who asked what the living have before it has read what is on disk', async () => {
    await ended('old', 'echo seen once');
    await client.call('agent.archive', { agent: 'old' });
    await printer('young', 3);
    const parts: unknown[] = [];
    const asking = await world.connect({
      on: { found: ({ part, result }) => parts.push([part, result.total, result.sources]) },
    });
    const found = await searchIn(asking, 'seen|^young', { all: true, part: 'mine' });
    expect(parts[0]).toEqual(['mine', 3, ['ring', 'screen']]);
    expect([found.total, found.sources]).toEqual([4, ['ring', 'screen', 'archive']]);
    parts.length = 0;
    await searchIn(asking, 'young', { all: true });
    expect(parts).toEqual([]);
  });

  test('finds what an agent prints that ends during the search, and an earlier life with all', async () => {
    const { id } = await ended('phoenix', 'echo first life');
    await client.call('agent.restart', { agent: 'phoenix', env: env() });
    await until('it has ended again', async () => {
      const { agent } = await client.call('agent.get', { agent: 'phoenix' });
      return agent.epoch === 2 && agent.status.state === 'completed';
    });
    const { matches, counts } = await searchIn(client, 'first life', { all: true });
    expect(matches.map(({ agent, epoch }) => [agent, epoch])).toEqual([
      ['phoenix', 1],
      ['phoenix', 2],
    ]);
    expect(counts).toEqual([{ agent: 'phoenix', id, total: 2 }]);
    const stopping = await printer('stopping', 20);
    const [found] = await Promise.all([
      searchIn(client, '^stopping', { agents: ['stopping'] }),
      client.call('agent.stop', { agent: stopping.id }),
    ]);
    expect(found.total).toBe(20);
  });

  test('only the newest of a key is answered', async () => {
    await printer('one', 5);
    const older = searchIn(client, 'one', { key: 'typing' });
    const newer = searchIn(client, 'one 3', { key: 'typing' });
    await expect(older).rejects.toMatchObject({ code: 'failed' });
    expect((await newer).total).toBe(1);
    const other = await world.connect();
    const [a, b] = await Promise.all([searchIn(client, 'one', { key: 'k' }), searchIn(other, 'one', { key: 'k' })]);
    expect([a.total, b.total]).toEqual([6, 6]);
  });

  test('keeps the patterns of before: each once, some, private, over a restart', async () => {
    const past = async (asked = client) => (await asked.call('search.begin', {})).past;
    const remember = (text: string) => client.call('search.remember', { text });
    expect(await past()).toEqual([]);
    for (let i = 0; i < 60; i++) await remember(`pattern ${i}`);
    await remember('pattern 30');
    await remember('x'.repeat(201));
    const kept = await past();
    expect([kept.length, ...kept.slice(0, 3)]).toEqual([50, 'pattern 30', 'pattern 59', 'pattern 58']);
    const folder = join(dataFolder(), 'searches');
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect([statSync(folder).mode & 0o777, ...new Set(modes)]).toEqual([0o700, 0o600]);
    await kill(await world.daemonPid(client));
    client = await world.connect();
    expect(await past()).toEqual(kept);
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"not": "a list"');
    expect(await past()).toEqual([]);
  });

  test('refuses what cannot be: patterns, names, limits', async () => {
    await printer('one', 1);
    await expect(searchIn(client, '[')).rejects.toMatchObject({ code: 'usage' });
    await expect(searchIn(client, '')).rejects.toMatchObject({ code: 'usage' });
    await expect(searchIn(client, 'x', { agents: ['nobody'] })).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('known: one'),
    });
    for (const limit of [0, 501, -1, 1.5])
      await expect(searchIn(client, 'x', { limit })).rejects.toMatchObject({ code: 'usage' });
    expect((await searchIn(client, 'one', { states: ['completed'] })).counts).toEqual([]);
    expect((await searchIn(client, 'one', { since: Date.now() + 60_000 })).total).toBe(0);
  });
});

describe('saved searches', () => {
  const pattern = (text: string) => ({ text, fixed: false, case: 'smart' as const });
  const alertsOf = async (name: string) => (await client.call('agent.get', { agent: name })).agent.alerts ?? [];
  /** A shell's loop that repeats what it is told, without echo. */
  const parrot = ['sh', '-c', 'stty -echo; echo old trouble; echo ready; while read -r line; do echo "$line"; done'];

  test('mark agents whose new lines match, once per line, until somebody looks', async () => {
    await world.start(client, 'a', parrot);
    await world.start(client, 'b', parrot);
    await until('it is ready', async () => (await searchIn(client, '^ready')).total === 2);
    const { saved } = await client.call('search.save', { pattern: pattern('trouble'), agents: [] });
    expect((await client.call('search.save', { pattern: pattern('trouble'), agents: [] })).saved).toEqual(saved);
    // What was there before is no news: the next look, which this line brings about, is the second one.
    await client.call('agent.keys', { agent: 'a', keys: ['hello', 'Enter'] });
    await until('it is said', async () => (await searchIn(client, '^hello')).total === 1);
    await client.call('agent.keys', { agent: 'a', keys: ['new trouble 1', 'Enter'] });
    await until('it is marked', async () => (await alertsOf('a')).length === 1, { seen: () => alertsOf('a') });
    expect(await alertsOf('a')).toMatchObject([{ search: saved.id, text: 'new trouble 1', count: 1, line: 4 }]);
    await client.call('agent.keys', { agent: 'a', keys: ['new trouble 2', 'Enter'] });
    await until('both are counted', async () => (await alertsOf('a'))[0]?.count === 2, { seen: () => alertsOf('a') });
    await client.call('agent.seen', { agent: 'a' });
    expect(await alertsOf('a')).toEqual([]);
    await client.call('agent.keys', { agent: 'a', keys: ['no news', 'Enter', 'trouble three', 'Enter'] });
    await until('the third alone is news', async () => (await alertsOf('a'))[0]?.text === 'trouble three');
    expect(await alertsOf('a')).toMatchObject([{ count: 1 }]);
    expect(await alertsOf('b')).toEqual([]);
    await client.call('search.forget', { id: saved.id });
    await expect(client.call('search.forget', { id: saved.id })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('watch agents that start later, count what flies by, and are kept over a restart of the daemon', async () => {
    const { saved } = await client.call('search.save', { pattern: pattern('^boom'), agents: [] });
    await world.start(client, 'late', [
      'sh',
      '-c',
      'i=0; while [ $i -lt 300 ]; do echo "boom $i"; i=$((i+1)); done; exec cat',
    ]);
    await until('all are counted', async () => (await alertsOf('late'))[0]?.count === 300, {
      seen: () => alertsOf('late'),
    });
    await expect(client.call('search.save', { pattern: pattern('('), agents: [] })).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(client.call('search.save', { pattern: pattern('x'), agents: ['nobody'] })).rejects.toMatchObject({
      code: 'not_found',
    });
    await kill(await world.daemonPid(client));
    client = await world.connect();
    expect((await client.call('subscribe', {})).state.searches).toEqual([saved]);
    expect(await alertsOf('late')).toMatchObject([{ count: 300 }]);
  });

  test('find what was printed while no daemon was there, once', async () => {
    await client.call('search.save', { pattern: pattern('^boom'), agents: [] });
    const wait = (name: string) => `while ! test -e ${name}; do sleep 0.05; done`;
    const program = `echo boom before; ${wait('go')}; echo boom amid; touch printed; ${wait('on')}; echo boom after; exec cat`;
    await world.start(client, 'busy', ['sh', '-c', program]);
    const counted = (count: number) =>
      until(`${count} are counted`, async () => (await alertsOf('busy'))[0]?.count === count, {
        seen: () => alertsOf('busy'),
      });
    await counted(1);
    const looked = join(world.root, '.boocode', 'looked.json');
    await until('it is written down', () => existsSync(looked) && readFileSync(looked, 'utf8').includes('boom before'));
    await kill(await world.daemonPid(client));
    writeFileSync(join(world.root, 'go'), '');
    await until('it has printed', () => existsSync(join(world.root, 'printed')));
    client = await world.connect();
    await counted(2);
    expect(statSync(looked).mode & 0o777).toBe(0o600);
    writeFileSync(join(world.root, 'on'), '');
    await counted(3);
  });
});
