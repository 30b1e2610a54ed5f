import { afterEach, describe, expect, test } from 'vitest';
import type { HostSearch } from '../../src/schema/search.ts';
import { spawnParams, startTestHost } from '../support/host.ts';
import { until } from '../support/wait.ts';

type Wish = Partial<Omit<HostSearch, 'pattern'>> & { fixed?: boolean; case?: 'smart' | 'exact' | 'ignore' };

async function hostWith(programs: Record<string, string>, lines = 5000) {
  const { host, client, stop } = await startTestHost();
  undo.push(stop);
  for (const [child, program] of Object.entries(programs)) {
    await client.call('spawn', spawnParams(child, ['sh', '-c', program], { historyLines: lines }));
  }
  const ended = (child: string) =>
    until(`${child} has ended`, () => client.of(child, 'exited').length > 0, { seen: () => client.events });
  const search = (text: string, { fixed = false, case: matching = 'smart', ...more }: Wish = {}) =>
    client.call('search', {
      pattern: { text, fixed, case: matching },
      limit: 50,
      before: 0,
      after: 0,
      since: null,
      children: Object.keys(programs).map((child) => ({ child, from: 1 })),
      screen: true,
      budgetMs: 200,
      ...more,
    });
  return { host, client, search, ended };
}
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

describe('search in a host', () => {
  test('finds lines of the ring, of what lies below it, and of the screen, each once and with its number', async () => {
    const { search, ended } = await hostWith({
      a: 'i=1; while [ $i -le 1000 ]; do echo "line $i of it"; i=$((i+1)); done',
    });
    await ended('a');
    const { children, timedOut } = await search('line \\d*7 of', { limit: 500 });
    expect(timedOut).toBe(false);
    const [found] = children;
    expect(found!.total).toBe(100);
    expect(found!.matches.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, i) => 7 + i * 10));
    expect(found!.matches.every(({ line, text }) => text === `line ${line} of it`)).toBe(true);
    expect(found!.matches.at(-1)).toMatchObject({ line: 997, source: 'screen', spans: [[0, 11]] });
    expect(found!.matches[0]).toMatchObject({ line: 7, source: 'ring', before: [], after: [] });
  });

  test('reads one line that goes on from ring to screen as one, with wrapped, wide and two-byte text', async () => {
    const long = 'x'.repeat(200);
    const { search, ended } = await hostWith({
      a: `i=0; while [ $i -lt 400 ]; do echo "日本語 $i ${long} end$i"; echo "plain $i"; i=$((i+1)); done; printf '${long.repeat(12)}LAST'`,
    });
    await ended('a');
    const { children } = await search('日本語 \\d+ x{200} end\\d+$', { limit: 500, before: 1, after: 1 });
    const { matches, total } = children[0]!;
    expect(total).toBe(400);
    expect(matches.map(({ line }) => line)).toEqual(Array.from({ length: 400 }, (_, i) => i * 2 + 1));
    expect(matches[10]).toMatchObject({ before: ['plain 9'], after: ['plain 10'] });
    const last = (await search('^x{2400}LAST$')).children[0]!;
    expect(last).toMatchObject({ total: 1, matches: [{ line: 801, source: 'screen' }] });
  });

  test('finds the shell that a full-screen program covers, and the program', async () => {
    const { search, client } = await hostWith({ a: "echo covered; printf '\\033[?1049h\\033[Hfull screen'; exec cat" });
    await until('the program is drawn', async () => (await client.text('a')).includes('full screen'));
    const texts = (await search('covered|full')).children[0]!.matches.map(({ text }) => text);
    expect(texts).toEqual(['covered', 'full screen']);
  });

  test('begins at a line, leaves unknown children out, and says where it ended', async () => {
    const { search, ended } = await hostWith({ a: 'seq 1 500' });
    await ended('a');
    const { children } = await search('\\d', {
      children: [
        { child: 'a', from: 491 },
        { child: 'gone', from: 1 },
      ],
    });
    expect(children).toHaveLength(1);
    expect(children[0]!.matches.map(({ text }) => Number(text))).toEqual([
      491, 492, 493, 494, 495, 496, 497, 498, 499, 500,
    ]);
    expect(children[0]).toMatchObject({ upTo: 477, total: 10, complete: true });
  });

  test('looks for nothing when it is only told that searches follow, and finds all in them', async () => {
    const { search, ended } = await hostWith({ a: 'seq 1 3000', b: 'seq 1 2000; echo Done' });
    await Promise.all([ended('a'), ended('b')]);
    expect(await search('9', { prepare: true })).toEqual({ children: [], timedOut: false });
    const totals = async (text: string) => (await search(text)).children.map(({ total }) => total);
    for (let times = 0; times < 4; times++) {
      expect(await totals('199')).toEqual([13, 12]);
      expect(await totals('done|2999')).toEqual([1, 1]);
    }
  });

  test('refuses a bad pattern with its place, and goes on', async () => {
    const { search } = await hostWith({ a: 'echo fine; exec cat' });
    await expect(search('(')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('at character 1'),
    });
    await until('the line is there', async () => (await search('fine')).children[0]!.total === 1);
  });

  const CATASTROPHES = ['(a+)+$', '(.*a){25}', '(?=(a+)+$)a', '([\\da ]+)+$', '(a|aa)+$'];
  test.each(CATASTROPHES)('%s over a full ring ends in time, and keys are echoed meanwhile', async (text) => {
    const { search, client } = await hostWith({
      a: `i=0; while [ $i -lt 3000 ]; do echo "$i aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"; i=$((i+1)); done; echo over; exec cat`,
      typed: 'echo ready; exec cat',
    });
    await until(
      'both are ready',
      async () => /over/.test(await client.text('a')) && /ready/.test(await client.text('typed')),
    );
    await search('warm');
    for (const matching of ['smart', 'ignore'] as const) {
      let answered = false;
      // Time enough that the echo comes first on a busy machine too. How soon it ends is the bench's; here that it does.
      const answer = search(text, { case: matching, budgetMs: 1000 }).finally(() => {
        answered = true;
      });
      client.type('typed', `key-${matching}\r`);
      await until('the key is echoed', async () => (await client.text('typed')).includes(`key-${matching}`));
      expect(answered).toBe(false);
      expect(await answer).toMatchObject({
        timedOut: true,
        children: [{ child: 'a', complete: false }, { child: 'typed' }],
      });
    }
    expect((await search('over')).children[0]!.total).toBe(1);
  });

  test('gives what was found before it was interrupted', async () => {
    const { search, client } = await hostWith({
      a: 'echo aaaa; echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab; echo over; exec cat',
    });
    await until('it has printed', async () => /over/.test(await client.text('a')));
    const { children, timedOut } = await search('^(a+)+$');
    expect([timedOut, children[0]!.matches.map(({ text }) => text)]).toEqual([true, ['aaaa']]);
  });

  test('ends the older of two searches with one key', async () => {
    const { search, client } = await hostWith({ a: 'seq 1 200000; echo over; exec cat' }, 200_000);
    await until('it has printed', async () => /over/.test(await client.text('a')));
    await search('warm');
    const older = search('[0-9]+(?=(.*)+z)|0', { key: 'k', budgetMs: 5000 });
    const newer = search('over', { key: 'k', budgetMs: 5000 });
    expect((await older).children[0]!.complete).toBe(false);
    expect((await newer).children[0]!.total).toBe(1);
  });

  test('sees what changed between two searches, also of searches that run at the same time', async () => {
    const { search, client } = await hostWith({ a: 'seq 1 1000; exec cat', b: 'seq 1 100; exec cat' });
    const total = async () => (await search('^\\d+$')).children.map((one) => one.total);
    await until('both have printed', async () => (await total()).join() === '1000,100');
    const all = await Promise.all(Array.from({ length: 8 }, total));
    expect(new Set(all.map(String))).toEqual(new Set(['1000,100']));
    client.type('a', '77\r');
    // Typed and repeated: two lines more.
    await until('it is seen', async () => (await total()).join() === '1002,100');
    await client.call('resize', { child: 'a', size: { cols: 100, rows: 40 } });
    expect(await total()).toEqual([1002, 100]);
    await expect(search('(a+)+$', { budgetMs: 1 })).resolves.toMatchObject({ children: [{}, {}] });
    expect(await total()).toEqual([1002, 100]);
  });
});
