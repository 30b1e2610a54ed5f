import { spawnSync } from 'node:child_process';
import { BooError } from '../util/errors.ts';

export interface Tmux {
  /** Runs one tmux command and gives its output without the last line end. Throws `failed` with tmux's own words. */
  run(...args: string[]): string;
  /** As `run`, null instead of an error. */
  try(...args: string[]): string | null;
  readonly words: string[];
}

/** A tmux server: the one of socket `-L name`, else the one this command runs in or the user's default one. */
export function openTmux(env: Record<string, string>, socket: string | undefined): Tmux {
  const words = ['tmux', ...(socket ? ['-L', socket] : [])];
  const start = (args: string[]) => {
    const done = spawnSync(words[0]!, [...words.slice(1), ...args], { env, encoding: 'utf8' });
    if (done.error) {
      throw new BooError('failed', `tmux could not be started: ${done.error.message}`, 'Install tmux 3.2 or newer.');
    }
    return done;
  };
  return {
    words,
    run(...args) {
      const { status, stdout, stderr } = start(args);
      if (status !== 0)
        throw new BooError('failed', `tmux ${args[0]} failed: ${stderr.trim() || `exit code ${status}`}`);
      return stdout.replace(/\n$/, '');
    },
    try(...args) {
      const { status, stdout } = start(args);
      return status === 0 ? stdout.replace(/\n$/, '') : null;
    },
  };
}

export interface Layout {
  tmux: Tmux;
  /** The window that gets the panes. */
  window: string;
  root: string;
  /** Names of the agents that are to have a pane. */
  agents: { id: string; name: string }[];
  /** The command line of a pane. */
  line(...args: string[]): string;
}

/** An agent's pane of fewer rows shows nothing of use beside others of full width. */
const LEAST_ROWS = 8;

/** Marks on panes: what they show. `@boocode` of a window is the project it belongs to. */
const MARK = '@boocode-shows';

/**
 * Gives every agent without a pane in this window one, and the list of sessions one at the left; panes of agents that have
 * gone are left to end by themselves. Doing it twice changes nothing. Gives what was added.
 */
export function fillWindow({ tmux, window, root, agents, line }: Layout): string[] {
  const shown = tmux.run('list-panes', '-t', window, '-F', `#{${MARK}}`).split('\n');
  const added: string[] = [];
  const split = (shows: string, command: string, where: string[]) => {
    const pane = tmux.run('split-window', '-d', '-t', window, '-c', root, '-P', '-F', '#{pane_id}', ...where, command);
    tmux.run('set-option', '-p', '-t', pane, MARK, shows);
    // Splits halve the pane that they split: evened out after each, there is room for the next.
    arrange(tmux, window);
    added.push(shows);
  };
  if (!shown.includes('sessions')) split('sessions', line('pane', 'sessions'), ['-h', '-b']);
  for (const { id, name } of agents) {
    if (!shown.includes(id)) split(id, line('pane', 'output', name), []);
  }
  return added;
}

/** The list at the left and the agents below each other at its right; all as tiles when that would leave them too few rows. */
function arrange(tmux: Tmux, window: string): void {
  const [panes = 1, rows = 0] = tmux
    .run('display-message', '-p', '-t', window, '#{window_panes} #{window_height}')
    .split(' ')
    .map(Number);
  const below = Math.max(1, panes - 1);
  tmux.run('select-layout', '-t', window, (rows + 1) / below - 1 < LEAST_ROWS ? 'tiled' : 'main-vertical');
}

/** The window of this project in one session (or in all of the server), as an id like `@3`; null when there is none. */
export function findWindow(tmux: Tmux, root: string): string | null {
  const windows = tmux.try('list-windows', '-a', '-F', '#{window_id} #{@boocode}')?.split('\n') ?? [];
  return windows.find((one) => one.slice(one.indexOf(' ') + 1) === root)?.split(' ')[0] ?? null;
}

/** Marks a fresh window as this project's, and its only pane as the list of sessions. */
export function markWindow(tmux: Tmux, window: string, root: string): void {
  tmux.run('set-option', '-w', '-t', window, '@boocode', root);
  tmux.run('set-option', '-w', '-t', window, 'main-pane-width', '36');
  tmux.run('set-option', '-p', '-t', window, MARK, 'sessions');
}
