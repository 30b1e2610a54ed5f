import { afterEach, describe, expect, test } from 'vitest';
import { risenWords } from '../../src/cockpit/views/collisions/risen.ts';
import type { Collision, Forecast } from '../../src/schema/collision.ts';
import { samples, served } from './changes.ts';
import { click, drawn } from './cockpit.ts';
import { agent, project } from './sample.ts';
import { picture } from './still.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open?.close());
const all = (rows: string[]) => rows.join('\n');

function collision(severity: Collision['severity'], file: string, a: string, b: string): Collision {
  const range = (start: number, end: number) => [{ start, end }];
  return {
    ...{ file, severity, agents: [a, b], ids: [`id-${a}`, `id-${b}`], worktrees: ['/a', '/b'] },
    ...{ ranges: [range(11, 13), range(11, 11)], since: Date.now() - 130_000 },
  };
}
const list = () => [
  collision('identical', 'package.json', 'docs', 'lint-sub'),
  collision('different_area', 'src/a/long/path/to/some/file.ts', 'docs', 'migrate'),
  collision('same_line', 'src/auth.ts', 'auth-fix', 'api-tests'),
  { ...collision('adjacent_line', 'README.md', 'docs', 'auth-fix'), ranges: [[], []] as Collision['ranges'] },
];
const forecast: Forecast = {
  pairs: [
    {
      a: 'api-tests',
      b: 'auth-fix',
      verdict: 'conflict',
      files: [{ file: 'src/auth.ts', reason: 'contents', lines: [] }],
    },
    { a: 'auth-fix', b: 'docs', verdict: 'clean', files: [] },
    { a: 'docs', b: 'lint-sub', verdict: 'identical', files: [] },
  ],
  order: ['docs', 'lint-sub', 'auth-fix'],
  remaining: [{ agent: 'api-tests', files: ['src/auth.ts'] }],
  target: 'main',
};

async function start(size = { cols: 120, rows: 40 }, collisions: Collision[] = list()) {
  open = drawn(size, project());
  const daemon = served(open, samples());
  daemon.answers['forecast.get'] = () => ({ forecast });
  open.store.setData({ collisions: { ...open.store.getState().data.collisions, list: collisions } });
  await open.press('3');
  return daemon;
}

describe.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 300, rows: 100 },
])('at $cols×$rows', (size) => {
  test('who collides with whom, worst first, and what merging would give', async () => {
    await start(size);
    await picture(await open.settle(), `collisions-${size.cols}x${size.rows}`);
  });
});

test('Enter goes to the lines in the review of one side, o to the other; back leads back', async () => {
  await start();
  const rows = all(await open.press('Enter'));
  expect(rows).toContain('Changes · auth-fix');
  expect(rows).toMatch(/▸ 11 +- +const tries = 3;/);
  await open.press('3');
  expect(all(await open.press('o'))).toContain('Changes · api-tests');
});

test('a collision marks its agents and its file with the worst of it', async () => {
  await start();
  expect(all(await open.settle())).toMatch(/auth-fix +claude approval ‼2/);
  expect(all(await open.press('Enter'))).toMatch(/M src\/auth.ts +\+5 −3 ‼/);
});

test('the forecast is asked for when it is looked at, again when something has changed, and never twice at once', async () => {
  const daemon = await start();
  const count = () => daemon.asked.filter(({ method }) => method === 'forecast.get').length;
  expect(count()).toBe(1);
  await open.press('1');
  open.cockpit.bridge.forecasting.changed();
  await open.settle();
  expect(count()).toBe(1);
  await open.press('3', 'f', 'f');
  expect(count()).toBeGreaterThan(1);
  daemon.answers['forecast.get'] = () => {
    throw new Error('there is no branch or commit main');
  };
  expect(all(await open.press('f'))).toContain('✖ there is no branch or commit main');
});

test('the forecast is asked for again when a daemon is there again: the one that was asked may have gone without an answer', async () => {
  const daemon = await start();
  daemon.answers['forecast.get'] = () => {
    throw new Error('the connection ended');
  };
  open.cockpit.bridge.forecasting.again();
  expect(all(await open.settle())).toContain('the connection ended');
  open.store.setData({ link: 'lost' });
  await open.settle();
  daemon.answers['forecast.get'] = () => ({ forecast });
  open.store.setData({ link: 'connected' });
  const rows = all(await open.settle());
  expect(rows).not.toContain('the connection ended');
  expect(rows).toContain('docs');
});

test('from the forecast an agent is merged back; a conflict is shown and offered to the agent', async () => {
  const daemon = await start();
  open.store.setData(project([agent('docs', 'idle'), agent('api-tests', 'idle', { host: 'h' })]));
  await open.press('Tab', 'G', 'M');
  expect(all(await open.settle())).toMatch(/Merge api-tests back[\s\S]*‹ merge ›/);
  daemon.answers.merge = () => ({
    merge: {
      outcome: 'conflict',
      commit: null,
      target: 'main',
      files: [{ file: 'src/auth.ts', reason: 'contents', lines: [{ start: 3, end: 9 }] }],
      check: null,
    },
  });
  const rows = all(await open.press('Right', 'Tab', 'Tab', ...'why', 'Enter'));
  expect(daemon.asked.at(-1)!.params).toEqual({
    agent: 'id-api-tests',
    how: 'squash',
    target: null,
    message: 'why',
    checks: true,
    uncommitted: true,
    identity: {},
  });
  expect(rows).toMatch(
    /✖ api-tests conflicts with main[\s\S]*src\/auth.ts +both sides changed the same lines[\s\S]*lines 3–9/,
  );
  expect(all(await open.press('s'))).toMatch(/Message to api-tests[\s\S]*Your work conflicts with main:/);
});

test('a merge that is done asks what is to become of the worktree', async () => {
  const daemon = await start();
  daemon.answers.merge = () => ({
    merge: {
      ...{ outcome: 'merged', commit: 'abcdef0123456789', target: 'main', files: [], check: null },
      notes: ['what auth-fix had not committed is merged, but stays uncommitted in its worktree'],
    },
  });
  daemon.answers['agent.risk'] = () => ({ uncommitted: [], ignored: [], unpushed: 0, unmerged: 0 });
  expect(all(await open.press('M', 'Enter'))).toMatch(
    /✓ auth-fix is merged into main[\s\S]*main is now at abcdef0123[\s\S]*Note: what auth-fix had/,
  );
  expect(all(await open.press('a'))).toContain('Archive auth-fix?');
});

test('a click chooses, one more goes there; the wheel moves', async () => {
  await start();
  open.screen.send(...click(60, 3));
  expect(open.store.getState().ui.collisions.index).toBe(1);
  await open.settle();
  open.screen.send(...click(60, 3));
  await open.settle();
  expect(open.store.getState().ui).toMatchObject({ view: 'changes', selected: 'id-docs' });
});

test('nobody collides: it says what would stand there', async () => {
  await start({ cols: 80, rows: 24 }, []);
  expect(all(await open.settle())).toContain('Nobody collides.');
});

test('what is said when a severity rises: the worst of it, and nothing of identical changes', () => {
  expect(risenWords([collision('identical', 'a', 'x', 'y')])).toBeNull();
  expect(risenWords(list())).toEqual({
    level: 'warning',
    text: '‼ auth-fix and api-tests change the same lines of src/auth.ts, and 2 more.',
  });
  expect(risenWords([collision('different_area', 'a\x1b[2J', 'x', 'y')])).toEqual({
    level: 'info',
    text: '~ x and y both change a.',
  });
});
