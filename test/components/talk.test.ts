import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordLine } from '../../src/schema/event.ts';
import { DIFF, ended, finished, lines, said, session, started, turn } from '../core/talk/sessions.ts';
import { pagesOf } from './answers.ts';
import { click, drawn, key, paste } from './cockpit.ts';
import { agent, project } from './sample.ts';
import { picture } from './still.ts';
import { recorded, talker } from './talk.ts';

const SIZE = { cols: 100, rows: 30 };
let open: ReturnType<typeof drawn>;
afterEach(() => open.close());

const ANSWER = [
  'The limit is in `src/auth.ts`, and **nobody** reads it:',
  '',
  '1. the *old* value stays',
  '2. the new one is [documented](https://example.org/limits)',
  '',
  '```ts',
  'export const limit = (n: number) => n + 1; // here',
  '```',
  '',
  '| file | lines |',
  '| --- | ---: |',
  '| src/auth.ts | 12 |',
].join('\n');

const record = (): RecordLine[] =>
  lines([
    turn(1, 'Where is the limit of tries, and who reads it?'),
    { type: 'thought', item: 't1', text: 'I should look at src/auth.ts.\nThen at its uses.' },
    started('c1', 1, { tool: 'Grep', kind: 'search', title: 'limit in src' }),
    finished('c1', { output: 'src/auth.ts:12\n', durationMs: 200 }),
    said(ANSWER, 'm1'),
    ended(1),
    turn(2, 'Raise it to five'),
    {
      type: 'planned',
      entries: [
        { text: 'change the limit', status: 'done' },
        { text: 'run the tests', status: 'running' },
        { text: 'tell what changed', status: 'pending' },
      ],
    },
    started('c2', 2, { tool: 'Edit', kind: 'edit', title: 'src/auth.ts' }),
    finished('c2', { diff: DIFF, durationMs: 300 }),
    started('c3', 2),
    finished('c3', { outcome: 'failed', output: '', error: 'exit code 1: 2 tests failed', durationMs: 12_400 }),
    {
      type: 'troubled',
      trouble: { kind: 'overloaded', message: 'Overloaded', status: 529, retries: true, until: null },
    },
    started('c4', 2, { tool: 'Task', kind: 'agent', title: 'find the reason' }),
    started('c5', 2, { tool: 'Read', kind: 'read', title: 'test/auth.test.ts', parent: 'c4' }),
  ]).map(({ seq, event }) => ({ seq, event: { ...event, at: Date.now() - 130_000 + seq } }));

const begin = (more: Parameters<typeof talker>[0] = {}, events = record(), size = SIZE) => {
  open = drawn(size, project([talker(more), agent('docs', 'idle', { createdAt: 2 })]));
  return recorded(open, events);
};
const text = (rows: string[]) => rows.join('\n');

describe.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 200, rows: 50 },
])('at $cols×$rows', (size) => {
  const name = (what: string) => `${what}-${size.cols}x${size.rows}`;

  test('a conversation, an unfolded edit, a prompt being written', async () => {
    begin({}, record(), size);
    await open.settle();
    await picture(await open.press('1'), name('talk'));
    await picture(await open.press('k', 'k', 'k', 'k', 'Enter'), name('talk-unfolded'));
    await open.press('Escape', 'i');
    for (const letter of 'Now tell me why') open.screen.send(key(letter === ' ' ? 'Space' : letter));
    await picture(await open.press('C-j', 'o', 'k'), name('talk-writing'));
  });

  test('tiles', async () => {
    begin({}, record(), size);
    await open.settle();
    await picture(await open.press('t'), name('talk-tiles'));
  });
});

describe('writing', () => {
  let daemon: ReturnType<typeof begin>;
  const prompts = () => daemon.asked.filter(({ method }) => method === 'agent.prompt').map(({ params }) => params);
  const type = async (words: string) => {
    for (const letter of words) open.screen.send(key(letter === ' ' ? 'Space' : letter));
    return open.settle();
  };
  beforeEach(async () => {
    daemon = begin();
    await open.settle();
    await open.press('Enter');
  });

  test('is said, Enter sends, and the leave key leaves', async () => {
    expect(text(await open.settle())).toContain('TYPING to auth-fix');
    await type('hello there');
    await open.press('Enter');
    expect(prompts()).toMatchObject([{ agent: 'id-auth-fix', text: 'hello there', images: [] }]);
    expect(open.store.getState().ui.typing).toBe(true);
    await open.press('C-]');
    expect(open.store.getState().ui.typing).toBe(false);
  });

  test('keys that are commands elsewhere are text', async () => {
    expect(text(await type('xqQn?'))).toContain('❯ xqQn?');
    expect(open.store.getState().ui.dialogs).toEqual([]);
  });

  test('several lines by Alt-Enter, Ctrl-J and a backslash', async () => {
    await type('a');
    await open.press('M-Enter', 'b', 'C-j', 'c', '\\', 'Enter', 'd', 'Enter');
    expect(prompts()).toMatchObject([{ text: 'a\nb\nc\nd' }]);
  });

  test('a long paste stands there by its name, and is sent whole', async () => {
    const long = Array.from({ length: 20_000 }, (_, n) => `pasted line number ${n}, and some more of it`).join('\n');
    open.screen.send({ ...paste(long.slice(0, 500_000)), last: false } as never);
    open.screen.send({ ...paste(long.slice(500_000)), first: false } as never);
    expect(text(await open.settle())).toContain('[paste 1: 20k lines]');
    await open.press('Enter');
    expect(prompts()[0]).toMatchObject({ text: long });
  });

  test('a paste that is not wanted goes by one key', async () => {
    open.screen.send(paste('x\n'.repeat(30)));
    await open.press('BSpace');
    expect(text(await open.settle())).not.toContain('[paste');
  });

  test('up and down go through what was asked before, and back to what is written', async () => {
    await type('mine');
    expect(text(await open.press('Up'))).toContain('❯ Raise it to five');
    expect(text(await open.press('Up'))).toContain('❯ Where is the limit of tries');
    expect(text(await open.press('Down', 'Down'))).toContain('❯ mine');
  });

  test('Escape clears first, then interrupts the turn; up brings the text back', async () => {
    const calls = () => daemon.asked.filter(({ method }) => method === 'agent.interrupt').length;
    await type('text');
    await open.press('Escape');
    expect(calls()).toBe(0);
    expect(text(await open.press('Up'))).toContain('❯ text');
    expect(text(await open.press('Escape', 'Escape'))).toContain('nobody answers agent.interrupt');
  });

  test('what could not be sent is in the editor again, and why is said', async () => {
    daemon = recorded(open, record(), 'id-auth-fix', {
      'agent.prompt': () => {
        throw new Error('its process does not read any more');
      },
    });
    await type('again');
    const rows = text(await open.press('Enter'));
    expect(rows).toContain('its process does not read any more');
    expect(rows).toContain('❯ again');
  });

  test('@ offers files, Enter takes one', async () => {
    daemon = recorded(open, record(), 'id-auth-fix', {
      'agent.files': ({ query }) => ({
        files: ['src/auth.ts', 'src/auth.test.ts'].filter((one) => one.includes(String(query))),
      }),
    });
    const rows = text(await type('look at @auth'));
    expect(rows).toContain('@src/auth.ts');
    expect(text(await open.press('Down', 'Enter'))).toContain('❯ look at @src/auth.test.ts');
    expect(prompts()).toEqual([]);
  });
});

test('queued prompts are seen, and come back into the editor', async () => {
  const daemon = begin({ queue: [{ id: 'q1', text: 'and then the docs' }] });
  recorded(open, record(), 'id-auth-fix', { 'agent.unqueue': () => ({}) });
  void daemon;
  expect(text(await open.settle())).toContain('queued: and then the docs');
  expect(text(await open.press('Enter', 'Up'))).toContain('❯ and then the docs');
});

test('nothing of it moves on what was printed before', async () => {
  open = drawn(SIZE, project([talker()]));
  recorded(open, record(), 'id-auth-fix', {
    'agent.history': pagesOf(
      () => 200,
      (line) => `line ${line}`,
    ) as never,
  });
  const besides = (rows: string[]) => text(rows.map((row) => row.replace(/^│[^│]*││/, '')));
  expect(besides(await open.settle())).toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
  const rows = await open.press('h');
  expect(text(rows)).toContain('line 199');
  expect(besides(rows)).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
  expect(besides(await open.press('Escape'))).toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
});

test('model and mode are chosen from what the runtime offers; who has no others is told why', async () => {
  begin();
  const { asked } = recorded(open, record(), 'id-auth-fix', { 'agent.configure': () => ({}) });
  await open.settle();
  expect(text(await open.press('M-m'))).toContain('● Sonnet 4.5');
  await open.press('j', 'Enter');
  expect(asked.find(({ method }) => method === 'agent.configure')?.params).toEqual({
    agent: 'id-auth-fix',
    model: 'opus',
  });
  expect(open.store.getState().ui.dialogs).toEqual([]);
  open.store.setUi({ selected: 'id-docs' });
  expect(text(await open.press('M-m'))).toContain('docs has a screen of its own');
});

describe('what is being said', () => {
  test('grows in its place without a render of Ink, and only its rows are drawn', async () => {
    const { delta, say } = begin({}, lines([turn(1, 'x')]));
    await open.press('1');
    delta({ item: 'm', kind: 'said', text: '# Title\n\nOne' });
    await open.settle();
    const { renders } = open;
    const before = open.screen.rows();
    for (let n = 0; n < 20; n++) {
      delta({ item: 'm', kind: 'said', text: ` word${n}` });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const after = await open.settle();
    expect(open.renders).toBe(renders);
    expect(text(after)).toContain('word19');
    // The spinner and the clock move, too.
    const differ = after.filter((row, y) => row !== before[y] && !/working|claude-stream|boocode/.test(row));
    expect(differ.length).toBeLessThanOrEqual(4);
    say(...lines([said('# Title\n\nOne and done', 'm')]).map(({ event }) => event));
    expect(text(await open.settle())).toContain('One and done');
  });

  test('a reader keeps the place, and sees that more came', async () => {
    const { say } = begin({}, session(300, 4));
    await open.press('1');
    await open.press('PPage', 'PPage');
    const place = open.screen.rows().slice(3, 20);
    say(...lines([said('news one'), said('news two')]).map(({ event }) => event));
    const rows = await open.settle();
    expect(rows.slice(3, 20)).toEqual(place);
    expect(text(rows)).toMatch(/↓ 2 new below +\d+%/);
    expect(text(await open.press('G'))).toContain('news two');
  });

  test('typing stays as quick while it streams: no key waits for a render', async () => {
    const { delta } = begin({}, session(2000, 4));
    await open.press('Enter');
    const { renders } = open;
    for (const letter of 'typed while it streams') {
      delta({ item: 'm', kind: 'said', text: 'streamed words '.repeat(10) });
      open.screen.send(key(letter === ' ' ? 'Space' : letter));
    }
    expect(text(await open.settle())).toContain('❯ typed while it streams');
    expect(open.renders).toBe(renders);
  });
});

describe('moving about', () => {
  test('turns, folds, search and copy', async () => {
    begin();
    await open.press('1');
    expect(text(await open.press('['))).toMatch(/▌ ❯ Raise it to five/);
    expect(text(await open.press('['))).toMatch(/▌ ❯ Where is the limit/);
    await open.press('/', 't', 'w', 'e', 'l', 'v', 'e');
    expect(text(await open.press('Enter'))).toContain('Nothing matches "twelve"');
    await open.press('Escape', '/', 'd', 'o', 'c', 'u', 'm', 'Enter', 'y');
    expect(open.screen.copied.at(-1)).toContain('The limit is in `src/auth.ts`');
    await open.press('y');
    expect(open.screen.copied.at(-1)).toBe('export const limit = (n: number) => n + 1; // here');
    await open.press('Escape', 'Escape', 'O');
    expect(text(await open.settle())).toContain('Read  test/auth.test.ts');
  });

  test('the mouse chooses and unfolds, scrolls, and begins and ends writing', async () => {
    begin();
    const rows = await open.press('1');
    const at = (text: string, from = open.screen.rows()) => {
      const y = from.findIndex((row) => row.includes(text));
      return { x: from[y]!.indexOf(text), y };
    };
    const edit = at('✓ Edit', rows);
    const press = async ({ x, y }: { x: number; y: number }) => {
      open.screen.send(...click(x, y));
      return text(await open.settle());
    };
    expect(await press(edit)).toContain('▌ ✓ Edit');
    expect(await press(at('✓ Edit'))).toContain('+const tries = 5; // as agreed');
    expect(await press(at('❯ i writes'))).toContain('TYPING to auth-fix');
    expect(open.store.getState().ui.typing).toBe(true);
    await press(at('docs'));
    expect(open.store.getState().ui).toMatchObject({ typing: false, selected: 'id-docs' });
  });

  test('older pages come when one scrolls up to them', async () => {
    const { asked } = begin({}, session(5000, 9));
    await open.press('1');
    const pages = () => asked.filter(({ method }) => method === 'session.events').length;
    expect(pages()).toBe(1);
    await open.press('g');
    expect(pages()).toBeGreaterThan(1);
  });
});

test('what is hostile is drawn as text, whatever it is', async () => {
  const nasty = '\x1b[2J\x1b]0;owned\x07\x1b]52;c;cm0=\x07\u202e **bold** \x9b31m';
  begin(
    {},
    lines([
      turn(1, nasty),
      said(`# ${nasty}\n\n\`\`\`\n${nasty}\n\`\`\``),
      started('c', 1, { title: nasty, tool: nasty }),
    ]),
  );
  const rows = await open.press('1', 'O');
  expect(open.screen.copied).toEqual([]);
  expect(rows.at(0)).toContain('boocode');
  expect(text(rows)).toContain('bold');
  expect(text(rows)).not.toMatch(/owned|[\x1b\x07\u202e]/);
});

test('a daemon that was gone is asked for what was missed, and nothing comes twice', async () => {
  const events = lines([turn(1, 'x'), said('said at first', 'a')]);
  const { asked } = begin({}, events);
  await open.press('1');
  open.store.setData({ link: 'lost' });
  events.push(...lines([said('meanwhile', 'b')], 3));
  open.store.setData({ link: 'connected' });
  await open.settle();
  events.push(...lines([said('afterwards', 'c')], 4));
  open.cockpit.bridge.talks.event('id-auth-fix', events[2]!.event, 3);
  open.cockpit.bridge.talks.event('id-auth-fix', events[3]!.event, 4);
  const rows = text(await open.settle());
  for (const word of ['said at first', 'meanwhile', 'afterwards'])
    expect(rows.match(new RegExp(`^.*${word}`, 'gm'))).toHaveLength(1);
  expect(asked.at(-1)?.params).toMatchObject({ after: 2 });
});

test('an ended agent goes on with a prompt and its picture, in one', async () => {
  const path = join(mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'picture-')), 'seen.png');
  writeFileSync(path, '\x89PNG', 'latin1');
  begin({
    status: { state: 'completed', evidence: { source: 'process', detail: 'exit code 0' }, since: 1 },
    endedAt: 1,
  });
  const { asked } = recorded(open, record(), 'id-auth-fix', { 'agent.resume': () => ({ notes: [] }) });
  await open.settle();
  await open.press('Enter', ...path, 'Enter');
  expect(text(await open.settle())).toContain('Sent with 1 image');
  expect(asked.filter(({ method }) => method !== 'session.events')).toMatchObject([
    { method: 'agent.resume', params: { agent: 'id-auth-fix', prompt: path, images: [path] } },
  ]);
});

test('an agent that is held says why, and what lets it go on', async () => {
  const paused = 'its budget of $1 is used up';
  begin({ status: { state: 'paused', evidence: { source: 'user', detail: paused }, since: 1 }, paused });
  expect(text(await open.settle())).toContain(`‖ paused · ${paused}: boocode resume auth-fix`);
});

test('an ended agent goes on with a prompt', async () => {
  begin({
    status: { state: 'completed', evidence: { source: 'process', detail: 'exit code 0' }, since: 1 },
    endedAt: 1,
  });
  const { asked } = recorded(open, record(), 'id-auth-fix', { 'agent.resume': () => ({ notes: [] }) });
  await open.settle();
  await open.press('Enter', 'g', 'o', 'Enter');
  expect(asked.find(({ method }) => method === 'agent.resume')?.params).toMatchObject({
    agent: 'id-auth-fix',
    prompt: 'go',
  });
});
