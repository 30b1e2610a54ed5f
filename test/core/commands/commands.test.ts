import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src/core/commands/context.ts';
import { fuzzy, rank } from '../../../src/core/commands/fuzzy.ts';
import { canonicalKey, createKeymap } from '../../../src/core/commands/keymap.ts';
import { commandById, commandRows, commands, reasonAgainst } from '../../../src/core/commands/table.ts';
import { agent } from '../../components/sample.ts';

const context = (more: Partial<CommandContext> = {}): CommandContext => ({
  agent: agent('auth-fix', 'running'),
  agents: 1,
  live: 1,
  waiting: 0,
  focus: 'sessions',
  mode: 'normal',
  typing: false,
  connected: true,
  single: null,
  filtered: false,
  reading: false,
  found: false,
  alerts: 0,
  talk: { foldable: false },
  review: { name: 'auth-fix', reading: false, files: 1, hunks: 1, deleted: false, approved: 0, comments: 0 },
  collisions: { part: 'list', count: 0, forecast: 0 },
  inbox: { count: 0, chosen: null },
  traces: { calls: 0, turns: 0, part: 'turns' },
  workflows: { at: 'none', ended: false, done: false, waiting: 0 },
  ...more,
});

describe('the table', () => {
  test('ids are unique and no default key is bound twice', () => {
    expect(new Set(commands.map((one) => one.id)).size).toBe(commands.length);
    expect(createKeymap(commands).problems).toEqual([]);
  });

  test('every command can be found by its own keys', () => {
    const keymap = createKeymap(commands);
    for (const { id, keys, when } of commands) for (const key of keys) expect(keymap.find(key, when)?.id).toBe(id);
  });

  test('rows for people have every command once, in chapters', () => {
    const rows = commandRows(createKeymap(commands));
    expect(rows.map((row) => row.id)).toEqual(commands.map((one) => one.id));
    expect(rows.find((row) => row.id === 'quit')).toEqual({
      group: 'BooCode',
      id: 'quit',
      keys: ['q', 'C-c'],
      title: 'Leave; agents go on',
      when: 'moving',
    });
  });

  test.each([
    ['type', context({ agent: null, agents: 0 }), 'there is no agent yet'],
    ['type', context({ agent: agent('old', 'failed') }), 'old has ended (failed)'],
    ['stop', context({ connected: false }), 'the daemon is not connected; it is being started again'],
    ['archive', context({ agent: agent('a', 'idle', { archived: true }) }), 'a is archived already'],
    ['next-waiting', context(), 'nobody waits'],
    ['tiles', context({ live: 0 }), 'no agent is alive'],
    ['zoom', context({ single: 'output' }), 'only one pane is open here'],
    ['stop', context(), null],
    ['quit', context({ connected: false, agent: null, agents: 0 }), null],
  ])('%s is disabled with its reason', (id, given, reason) => {
    expect(reasonAgainst(commandById(id), given)).toBe(reason);
  });
});

describe('keys of the config', () => {
  test('replace the defaults, and what is freed means nothing', () => {
    const keymap = createKeymap(commands, { new: ['N', 'ctrl-n'], stop: [] });
    expect(keymap.find('N', 'moving')?.id).toBe('new');
    expect(keymap.find('C-n', 'moving')?.id).toBe('new');
    expect(keymap.find('n', 'moving')).toBeUndefined();
    expect(keymap.find('x', 'moving')).toBeUndefined();
    expect(keymap.problems).toEqual([]);
  });

  test('a key bound twice goes to the one who asked for it, and is said', () => {
    const keymap = createKeymap(commands, { sort: ['n'] });
    expect(keymap.find('n', 'moving')?.id).toBe('sort');
    expect(keymap.problems).toEqual([
      { id: 'sort', message: 'n is already sort; new has lost it', hint: 'Give new another key, or null.' },
    ]);
  });

  test('an unknown command is said, with the one that was meant', () => {
    const [fly, view] = createKeymap(commands, { fly: ['f'], 'view-change': ['c'] }).problems;
    expect(fly).toMatchObject({ id: 'fly', message: 'there is no command "fly"' });
    expect(fly!.hint.length).toBeLessThan(80);
    expect(view!.hint).toBe('Did you mean "view-changes"?');
  });

  test('what nobody can press is said, and leaves the command its own keys', () => {
    const keymap = createKeymap(commands, { leave: ['C-'], sort: ['Hyper-x', 'o'], quit: ['qq'] });
    expect(keymap.keysOf('leave')).toEqual(['C-]']);
    expect(keymap.find('C-]', 'typing')?.id).toBe('leave');
    expect(keymap.keysOf('sort')).toEqual(['o']);
    expect(keymap.keysOf('quit')).toEqual(commands.find(({ id }) => id === 'quit')!.keys);
    expect(keymap.problems.map(({ id }) => id)).toEqual(['leave', 'sort', 'quit']);
    expect(keymap.problems[0]!.message).toBe('"C-" is no key');
  });

  test('typing can always be left', () => {
    const keymap = createKeymap(commands, { leave: [] });
    expect(keymap.find('C-]', 'typing')?.id).toBe('leave');
    expect(keymap.problems[0]!.message).toBe('leave has no key');
  });

  test.each([
    ['ctrl-x', 'C-x'],
    ['C-X', 'C-x'],
    ['^X', 'C-x'],
    ['PageUp', 'PPage'],
    ['esc', 'Escape'],
    ['S-Tab', 'BTab'],
    ['Shift-Tab', 'BTab'],
    ['Alt-m', 'M-m'],
    ['Ctrl-]', 'C-]'],
    ['Alt-Ctrl-x', 'C-M-x'],
    ['f5', 'F5'],
    ['M-PageDown', 'M-NPage'],
    ['^', '^'],
    ['A', 'A'],
  ])('%s is %s', (written, key) => expect(canonicalKey(written)).toBe(key));
});

describe('fuzzy', () => {
  test('all letters in order, or nothing', () => {
    expect(fuzzy('nwg', 'Start a new agent')).not.toBeNull();
    expect(fuzzy('gwn', 'Start a new agent')).toBeNull();
  });

  test('starts of words and runs come first', () => {
    const found = rank('st', commands, (one) => one.title).map(({ item }) => item.id);
    expect(found.indexOf('stop')).toBeLessThan(found.indexOf('restore') < 0 ? 99 : found.indexOf('restore'));
    expect(rank('sort', commands, (one) => one.title)[0]!.item.id).toBe('sort');
    expect(fuzzy('abc', 'xx abc')!.at).toEqual([3, 4, 5]);
  });

  test('a title that begins with what was written comes before one that only has it', () => {
    for (const [query, id] of [
      ['remove', 'remove'],
      ['archive', 'archive'],
      ['restore', 'restore'],
      ['stop', 'stop'],
      ['new', 'new'],
    ] as const) {
      const moving = commands.filter(({ when }) => when === 'moving');
      const first = rank(query, moving, (one) => one.title)[0]!.item;
      expect({ query, id: first.id, title: first.title }).toMatchObject({ id });
    }
  });

  test('nothing asked: everything, in its order', () => {
    expect(rank('', ['b', 'a'], (one) => one).map(({ item }) => item)).toEqual(['b', 'a']);
  });
});
