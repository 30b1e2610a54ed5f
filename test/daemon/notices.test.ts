// What people are told who do not look: once, on one screen or on the desktop.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Notices } from '../../src/daemon/notices/service.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import type { Attention } from '../../src/schema/notice.ts';
import { agent } from '../components/sample.ts';
import { approval } from '../components/waiting.ts';
import { until } from '../support/wait.ts';
import { createWorld } from './world.ts';

/**
 * A project with a desktop of its own: what one test was told of keeps no other one waiting, and all of them wait at once for
 * the time in which what follows is gathered.
 */
async function open() {
  const bin = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'bin-'));
  const shown = join(bin, 'shown');
  writeFileSync(
    join(bin, 'notify-send'),
    `#!/bin/sh\nfor one in "$@"; do printf '%s|' "$one"; done >> '${shown}'\necho >> '${shown}'\n`,
  );
  chmodSync(join(bin, 'notify-send'), 0o755);
  const world = createWorld({ daemonEnv: { PATH: `${bin}:${process.env.PATH}` } });
  mkdirSync(join(world.root, '.boocode'), { recursive: true });
  writeFileSync(join(world.root, '.boocode/config.json'), JSON.stringify({ notifications: { desktop: true } }));
  const client = await world.connect();

  /** What the desktop was given: the words of each call. */
  const desktop = () =>
    existsSync(shown)
      ? readFileSync(shown, 'utf8')
          .split('\n')
          // A call's line is whole once it is ended.
          .slice(0, -1)
          .map((line) => line.split('|').slice(0, -1))
      : [];

  /** A screen of the cockpit, as far as the daemon knows of it. */
  const screen = async (attention: Partial<Attention>) => {
    const notices: string[] = [];
    const one = await world.connect({ on: { notice: ({ text }) => void notices.push(text) } });
    const attend = (more: Partial<Attention>) =>
      one.call('screen.attend', {
        sees: [],
        focused: null,
        asks: false,
        tells: true,
        shows: false,
        env: {},
        ...attention,
        ...more,
      });
    await attend({});
    return { notices, attend, close: () => one.close() };
  };

  return {
    ...{ bin, client, desktop, screen },
    texts: () => desktop().map((words) => words.at(-1)!),
    start: (name: string, argv?: string[]) => world.start(client, name, argv),
    fails: (name: string, code = 3) => world.start(client, name, ['sh', '-c', `exit ${code}`]),
    end: () => world.end(),
  };
}

const noticesTest = (name: string, body: (of: Awaited<ReturnType<typeof open>>) => Promise<void>) =>
  test.concurrent(name, async () => {
    const of = await open();
    try {
      await body(of);
    } finally {
      await of.end();
    }
  });

noticesTest(
  'with no cockpit open the desktop is told, without a shell and without markup',
  async ({ desktop, texts, fails }) => {
    await fails('a-<b>$(touch x)'.replaceAll(/[<>$() ]/g, '-'));
    await until('the desktop is told', () => desktop().length === 1);
    expect(desktop()[0]!.slice(0, 3)).toEqual(['--app-name=BooCode', '--', 'BooCode']);
    expect(texts()[0]).toMatch(/^a-+b-+touch-x- failed: exit code 3 after \d+ ms$/);
  },
);

noticesTest('a storm is one more, however many agents it is', async ({ bin, desktop, texts, start, fails }) => {
  const go = join(bin, 'go');
  const waits = ['sh', '-c', `until [ -e '${go}' ]; do sleep 0.05; done; exit 3`];
  await Promise.all(Array.from({ length: 7 }, (_, index) => start(`storm-${index}`, waits)));
  // It begins when somebody was told just now: all of it comes in the time in which what follows is gathered.
  const first = desktop().length;
  await fails('before');
  await until('the desktop is told', () =>
    texts()
      .slice(first)
      .some((text) => text.startsWith('before')),
  );
  const before = desktop().length;
  writeFileSync(go, '');
  await until('the desktop is told once more', () => desktop().length > before);
  expect(texts().at(-1)).toMatch(/^7 have failed: storm-\d, storm-\d, storm-\d, storm-\d and 3 more$/);
});

noticesTest(
  'of two screens one is told, the one somebody is at; the desktop is left alone',
  async ({ client, desktop, screen, fails }) => {
    const far = await screen({ focused: false, shows: true });
    const near = await screen({ focused: true });
    const before = desktop().length;
    await fails('near');
    await until('the near one is told', () => near.notices.length === 1);
    expect(near.notices[0]).toMatch(/^near failed/);
    near.close();
    await until('the daemon knows that it has gone', async () => (await client.call('status', {})).clients === 2);
    await fails('far');
    await until('the other is told', () => far.notices.length === 1);
    expect(near.notices).toHaveLength(1);
    expect(desktop()).toHaveLength(before);
    far.close();
  },
);

noticesTest(
  'nobody is told of the agent that is looked at, unless the terminal is left',
  async ({ client, desktop, screen, texts, start }) => {
    const agent = await start('seen', ['sh', '-c', 'read line; exit 3']);
    const other = await start('other', ['sh', '-c', 'read line; exit 3']);
    const one = await screen({ sees: [agent.id] });
    const before = desktop().length;
    for (const { id } of [agent, other]) await client.call('agent.keys', { agent: id, keys: ['Enter'] });
    await until('the other is told', () => one.notices.length === 1);
    expect(one.notices[0]).toMatch(/^other failed/);
    // A screen whose terminal cannot notify rings; the desktop shows it.
    await until('the desktop shows it too', () => desktop().length > before);
    expect(texts().slice(before)).toEqual([one.notices[0]]);
    const third = await start('third', ['sh', '-c', 'read line; exit 3']);
    await one.attend({ sees: [third.id], focused: false });
    await client.call('agent.keys', { agent: 'third', keys: ['Enter'] });
    await until('it is told', () => one.notices.length === 2);
    expect(one.notices[1]).toMatch(/^third failed/);
    one.close();
  },
);

noticesTest('who stops an agent is not told that it ends', async ({ client, screen, start, fails }) => {
  const one = await screen({});
  await start('stopped');
  await client.call('agent.stop', { agent: 'stopped' });
  await fails('after');
  await until('what came after it is told', () => one.notices.length === 1);
  expect(one.notices[0]).toMatch(/^after failed/);
  one.close();
});

test('a request whose looks change on its screen is told of once, and again only when it is asked anew', async () => {
  const told: string[] = [];
  const one = agent('one', 'waiting', { approvals: [approval('a1')] });
  const two = agent('two', 'waiting', { approvals: [approval('b1')] });
  let say: (id: string, event: AgentEvent, of: typeof one) => void = () => {};
  const notifications = { terminal: true, tmux: true, desktop: true, on: ['waiting'] };
  const notices = new Notices({
    store: {
      onEvent: (listener: typeof say) => {
        say = listener;
        return () => {};
      },
      get: () => ({ agents: { [one.id]: one, [two.id]: two } }),
    },
    config: { get: () => ({ config: { notifications } }) },
    onDesktop: (text: string) => void told.push(text),
    apartMs: 0,
  } as never);
  const at = { at: 1, epoch: 1 };
  const asks = (who: typeof one, id: string) => say(who.id, { type: 'asked', ...at, approval: approval(id) }, who);
  asks(one, 'a1');
  await until('it is told', () => told.length === 1);
  asks(one, 'a1');
  asks(two, 'b1');
  await until('the other one is told', () => told.length === 2);
  expect(told[1]).not.toContain('one');
  say(one.id, { type: 'answered', ...at, id: 'a1', answer: null, by: { who: 'elsewhere', detail: 'gone' } }, one);
  asks(one, 'a1');
  await until('the new one is told', () => told.length === 3);
  expect(told[2]).toContain('one');
  notices.close();
});
