import { normalizeKey } from '../keys/names.ts';
import { suggest } from '../suggest.ts';
import type { Command } from './context.ts';

export interface KeyProblem {
  /** Whose keys in the config it is about. */
  id: string;
  message: string;
  hint: string;
}

export interface Keymap {
  /** The command a key means, or undefined. */
  find(key: string, when: Command['when']): Command | undefined;
  keysOf(id: string): readonly string[];
  /** What is wrong with the configured keys: unknown commands, what is no key, keys bound twice. The rest of the keys still counts. */
  problems: KeyProblem[];
}

/** Other names by which people call keys ▶ tmux's. */
const ALIASES: Record<string, string> = {
  esc: 'Escape',
  escape: 'Escape',
  return: 'Enter',
  enter: 'Enter',
  tab: 'Tab',
  's-tab': 'BTab',
  btab: 'BTab',
  space: 'Space',
  ' ': 'Space',
  backspace: 'BSpace',
  bspace: 'BSpace',
  delete: 'DC',
  dc: 'DC',
  insert: 'IC',
  ic: 'IC',
  pageup: 'PPage',
  pgup: 'PPage',
  ppage: 'PPage',
  pagedown: 'NPage',
  pgdn: 'NPage',
  npage: 'NPage',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  home: 'Home',
  end: 'End',
};

/** Modifiers as the key list and other programs write them ▶ tmux's. */
const MODIFIERS: Record<string, string> = { '^': 'C-', c: 'C-', a: 'M-', s: 'S-' };

/** One spelling per key: `Ctrl-x`, `^X` and `C-X` are `C-x`; `Alt-m` is `M-m`; `PageUp` is `PPage`. */
export function canonicalKey(name: string): string {
  const spelled = spellingOf(name);
  return normalizeKey(spelled) ?? spelled;
}

function spellingOf(name: string): string {
  const word = /^(?:(\^)|(ctrl|alt|shift)[-+])(.+)$/i.exec(name);
  if (word) return spellingOf(MODIFIERS[(word[1] ?? word[2]![0]!).toLowerCase()]! + word[3]);
  const modified = /^((?:[CMS]-)+)(.+)$/.exec(name);
  if (modified && ALIASES[name.toLowerCase()] === undefined) {
    const [, modifiers, rest] = modified;
    const key = spellingOf(rest!);
    return modifiers + (modifiers!.includes('C-') && /^[A-Z]$/.test(key) ? key.toLowerCase() : key);
  }
  if (/^f\d{1,2}$/i.test(name)) return name.toUpperCase();
  return ALIASES[name.toLowerCase()] ?? name;
}

/** The keys that the config gives to commands there are. One that has no key but such as nobody can press keeps its own. */
function configured(ids: readonly string[], overrides: Record<string, readonly string[]>, problems: KeyProblem[]) {
  const wanted = new Map<string, readonly string[]>();
  for (const [id, keys] of Object.entries(overrides)) {
    if (!ids.includes(id)) {
      problems.push(unknownCommand(id, ids));
      continue;
    }
    const pressed = keys.filter((key) => normalizeKey(canonicalKey(key)) !== null);
    for (const key of keys) {
      if (pressed.includes(key)) continue;
      const message = `${JSON.stringify(key)} is no key`;
      problems.push({ id, message, hint: 'Keys are written like x, C-x, M-x, F5, PageUp.' });
    }
    if (pressed.length > 0 || keys.length === 0) wanted.set(id, pressed);
  }
  return wanted;
}

function unknownCommand(id: string, ids: readonly string[]): KeyProblem {
  const near = suggest(id, ids);
  const hint = near ? `Did you mean "${near}"?` : 'The list of keys in the README has the ids of all.';
  return { id, message: `there is no command "${id}"`, hint };
}

/** The table's own keys with the config's in their place: command id ▶ keys, an empty list unbinds. */
export function createKeymap(commands: readonly Command[], overrides: Record<string, readonly string[]> = {}): Keymap {
  const problems: KeyProblem[] = [];
  const ids = commands.map((one) => one.id);
  const wanted = configured(ids, overrides, problems);
  const keys = new Map<string, readonly string[]>();
  const bound = new Map<string, Command>();
  // What the config names comes first: it takes keys away from the defaults, not the other way round.
  const order = [...commands].sort((a, b) => Number(wanted.has(b.id)) - Number(wanted.has(a.id)));
  for (const command of order) {
    const own = wanted.get(command.id) ?? command.keys;
    const kept = own.map(canonicalKey).filter((key) => {
      const holder = bound.get(`${command.when} ${key}`);
      if (!holder) bound.set(`${command.when} ${key}`, command);
      else if (holder !== command) problems.push(clash(key, holder, command, wanted.has(command.id)));
      return !holder;
    });
    keys.set(command.id, kept);
  }
  if (keys.get('leave')?.length === 0) {
    bound.set('typing C-]', commands.find((one) => one.id === 'leave')!);
    keys.set('leave', ['C-]']);
    const hint = 'C-] keeps its place, or typing could not be left.';
    problems.push({ id: 'leave', message: 'leave has no key', hint });
  }
  return {
    find: (key, when) => bound.get(`${when} ${key}`),
    keysOf: (id) => keys.get(id) ?? [],
    problems,
  };
}

function clash(key: string, holder: Command, loser: Command, asked: boolean): KeyProblem {
  return {
    id: asked ? loser.id : holder.id,
    message: `${key} is already ${holder.id}${asked ? `, so it cannot be ${loser.id}` : `; ${loser.id} has lost it`}`,
    hint: `Give ${loser.id} another key, or null.`,
  };
}
