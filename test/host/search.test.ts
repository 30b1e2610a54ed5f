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
});
