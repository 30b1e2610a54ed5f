import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../daemon/world.ts';
import { until } from '../support/wait.ts';
import { boocode } from './boocode.ts';

let world: World;
beforeAll(async () => {
  world = createWorld({ git: false });
  const client = await world.connect();
  const lines = (text: string) => ['sh', '-c', `${text}; echo that-is-all; exec cat`];
  await world.start(client, 'numbers', lines('i=1; while [ $i -le 200 ]; do echo "number $i"; i=$((i+1)); done'));
  await world.start(
    client,
    'words',
    lines(
      "printf 'Error: 日本語 caf\\303\\251 👍🏽\\n'; printf 'cafe\\314\\201 \\327\\251\\327\\234\\327\\225\\327\\235\\n'; printf '\\033[31mred error\\033[0m\\033]0;title\\a\\n'",
    ),
  );
  await world.start(client, 'slow', lines(`i=1; while [ $i -le 900 ]; do echo "${'a'.repeat(60)}b"; i=$((i+1)); done`));
  for (const agent of ['numbers', 'words', 'slow']) {
    const text = async () => (await client.call('agent.screen', { agent, ansi: false })).lines.join('\n');
    await until(`${agent} has printed`, async () => (await text()).includes('that-is-all'), { seen: text });
  }
});
afterAll(() => world.end());

const search = (...args: string[]) => boocode(world.root, ['search', ...args]);
const json = (...args: string[]) => JSON.parse(search('--json', ...args).out);

describe('boocode search', () => {
  test('prints hits by agent as ripgrep does, and exits with 0, or 1 when nothing matched', () => {
    expect(search('number (99|100)$|^red')).toEqual({
      code: 0,
      out: 'numbers\n99:number 99\n100:number 100\n\nwords\n3:red error\n',
      err: '',
    });
    expect(search('nowhere at all')).toEqual({ code: 1, out: '', err: '' });
  });

  test('prints context once, and a gap where lines are left out', () => {
    expect(search('number (50|52|90)$', '-B', '1', '-A', '1').out).toBe(
      'numbers\n49-number 49\n50:number 50\n51-number 51\n52:number 52\n53-number 53\n--\n89-number 89\n90:number 90\n91-number 91\n',
    );
    expect(search('number 50$', '-C', '2').out.trim().split('\n')).toHaveLength(6);
  });

  test('keeps the newest of many and says so', () => {
    const { out, err, code } = search('number', '--limit', '2', '-a', 'numbers');
    expect([code, out]).toEqual([0, 'numbers\n199:number 199\n200:number 200\n']);
    expect(err).toBe('200 lines match, 2 are shown; --limit shows more (up to 500).\n');
  });

  test('gives JSON with times, and columns as a terminal counts them', () => {
    const found = json('👍|caf', '-a', 'words', '-C', '1');
    expect(found).toMatchObject({ total: 2, truncated: false, lost: [] });
    expect(found.matches[0]).toMatchObject({
      agent: 'words',
      line: 1,
      text: 'Error: 日本語 café 👍🏽',
      columns: [
        [15, 18],
        [20, 22],
      ],
      before: [],
      source: 'screen',
    });
    expect(new Date(found.matches[0].time).toISOString()).toBe(found.matches[0].time);
    expect(json('nowhere at all')).toMatchObject({ matches: [], total: 0, truncated: false });
  });

  test.each([
    ['日本語', 1],
    ['(?<=日本)語', 1],
    ['\\p{L}+: \\p{Script=Han}', 1],
    ['👍', 1],
    ['café', 2],
    ['cafe\u0301', 2],
    ['שלום', 1],
    ['ERROR', 0],
    ['error', 2],
    ['Error', 1],
  ])('%s is found in %i lines', (pattern, count) => expect(json(pattern).total).toBe(count));

  test('takes its switches for case and fixed text', () => {
    expect(json('-i', 'ERROR').total).toBe(2);
    expect(json('-s', 'error').total).toBe(1);
    expect(json('-F', '.').total).toBe(0);
    expect(json('-F', 'Error:').total).toBe(1);
    expect(search('-s', '-i', 'x').code).toBe(2);
  });

  test.each<[string[], string]>([
    [[''], 'the pattern is empty'],
    [['x'.repeat(201)], 'the pattern has 201 characters, at most 200 are allowed'],
    [['['], 'the pattern is no regular expression: unterminated character class at character 1'],
    [['é\\q'], 'the pattern is no regular expression: invalid escape at character 3'],
    [['x', '--limit', '0'], '--limit 0 is no whole number from 1 to 500'],
    [['x', '--limit', '501'], '--limit 501 is no whole number from 1 to 500'],
    [['x', '--limit', '-1'], '--limit -1 is no whole number from 1 to 500'],
    [['x', '-C', '-1'], '--context -1 is no whole number from 0 to 50'],
    [['x', '--limit=-1'], '--limit -1 is no whole number from 1 to 500'],
    [['x', '--limit', 'many'], '--limit many is no whole number from 1 to 500'],
    [['x', '-C', '51'], '--context 51 is no whole number from 0 to 50'],
    [['x', '--since', 'soon'], '--since soon is no time'],
    [['x', '--state', 'lost'], 'there is no state "lost"'],
  ])('%j is refused with 2', (args, sentence) => {
    const { code, out, err } = search(...args);
    expect([code, out, err.split('\n')[0]]).toEqual([2, '', `boocode: ${sentence}`]);
  });

  test('names the agents that there are when one is unknown, and exits with 3', () => {
    const { code, err } = search('x', '-a', 'nobody');
    expect([code, err.split('\n')[0]]).toEqual([3, 'boocode: there is no agent "nobody"; known: numbers, words, slow']);
    const error = JSON.parse(boocode(world.root, ['search', '[', '--json']).err);
    expect(error.error).toMatchObject({ code: 'usage' });
  });

  test.each([[['(a+)+$']], [['(.*a){25}']], [['(a|a)+$', '-i']], [['((a+)*)+c|X', '-i']]])(
    '%j is given up in time, politely: what was found is shown, what was not looked at is said',
    (args) => {
      const { code, err } = search(...args);
      expect(err).toContain('slow: the pattern took too long: a part of its output was not looked at.');
      expect(code).toBeLessThan(2);
      expect(search('that-is-all').out.match(/that-is-all/g)).toHaveLength(3);
    },
  );

  test('nothing of what agents print acts on the terminal; colours are for terminals', () => {
    const coloured = boocode(world.root, ['search', 'red'], { env: { FORCE_COLOR: '1' } }).out;
    expect(coloured).toBe('\x1b[35mwords\x1b[0m\n\x1b[32m3\x1b[0m:\x1b[31mred\x1b[0m error\n');
    expect(search('red').out).not.toContain('\x1b');
  });
});
