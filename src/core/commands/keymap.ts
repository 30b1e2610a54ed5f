import type { Command } from './context.ts';

export interface KeyProblem {
  message: string;
  hint: string;
}

export interface Keymap {
  /** The command a key means, or undefined. */
  find(key: string, when: Command['when']): Command | undefined;
  keysOf(id: string): readonly string[];
  /** What is wrong with the configured keys: unknown commands, keys bound twice. The rest of the keys still counts. */
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

/** One spelling per key: `ctrl-x`, `^X` and `C-X` are `C-x`; `PageUp` is `PPage`. */
export function canonicalKey(name: string): string {
  const control = /^(?:\^|ctrl[-+])(.+)$/i.exec(name);
  if (control && name.length > 1) return canonicalKey(`C-${control[1]}`);
  const modified = /^((?:[CMS]-)+)(.+)$/.exec(name);
  if (modified && ALIASES[name.toLowerCase()] === undefined) {
    const [, modifiers, rest] = modified;
    const key = canonicalKey(rest!);
    return modifiers + (modifiers!.includes('C-') && /^[A-Z]$/.test(key) ? key.toLowerCase() : key);
  }
  if (/^f\d{1,2}$/i.test(name)) return name.toUpperCase();
  return ALIASES[name.toLowerCase()] ?? name;
}

/** The table's own keys with the config's in their place: command id ▶ keys, an empty list unbinds. */
export function createKeymap(commands: readonly Command[], overrides: Record<string, readonly string[]> = {}): Keymap {
  const problems: KeyProblem[] = [];
  const ids = new Set(commands.map((one) => one.id));
  for (const id of Object.keys(overrides)) {
    if (!ids.has(id)) {
      problems.push({ message: `keys: there is no command "${id}"`, hint: `Commands are ${[...ids].join(', ')}.` });
    }
  }
  const keys = new Map<string, readonly string[]>();
  const bound = new Map<string, Command>();
  // What the config names comes first: it takes keys away from the defaults, not the other way round.
  const order = [...commands].sort((a, b) => Number(b.id in overrides) - Number(a.id in overrides));
  for (const command of order) {
    const own = Object.hasOwn(overrides, command.id) ? overrides[command.id]! : command.keys;
    const kept = own.map(canonicalKey).filter((key) => {
      const holder = bound.get(`${command.when} ${key}`);
      if (!holder) bound.set(`${command.when} ${key}`, command);
      else if (holder !== command) problems.push(clash(key, holder, command, command.id in overrides));
      return !holder;
    });
    keys.set(command.id, kept);
  }
  if (keys.get('leave')?.length === 0) {
    bound.set('typing C-]', commands.find((one) => one.id === 'leave')!);
    keys.set('leave', ['C-]']);
    problems.push({ message: 'keys: leave has no key', hint: 'C-] keeps its place, or typing could not be left.' });
  }
  return {
    find: (key, when) => bound.get(`${when} ${key}`),
    keysOf: (id) => keys.get(id) ?? [],
    problems,
  };
}

function clash(key: string, holder: Command, loser: Command, asked: boolean): KeyProblem {
  return {
    message: `keys: ${key} is already ${holder.id}${asked ? `, so it cannot be ${loser.id}` : `; ${loser.id} has lost it`}`,
    hint: `Give ${loser.id} another key, or null.`,
  };
}
