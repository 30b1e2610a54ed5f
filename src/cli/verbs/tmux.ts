import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { plural } from '../../cockpit/views/numbers.ts';
import { isLive } from '../../core/lifecycle.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { selfCommand, shellLine } from '../self.ts';
import { fillWindow, findWindow, markWindow, openTmux, type Tmux } from '../tmux.ts';
import type { Verb } from '../verb.ts';

export const tmux: Verb = {
  name: 'tmux',
  usage: '[--here] [--no-attach] [-L NAME]',
  summary: 'lay the cockpit out in tmux: the sessions left, a pane for every live agent',
  details:
    'Inside tmux it makes a window of the present session (with --here it splits the present window), outside it makes a session boocode-PROJECT and attaches to it. Given again it adds panes for the agents that have none. Closing panes ends no agent.',
  options: {
    here: { type: 'boolean', summary: 'inside tmux: split the present window instead of making a new one' },
    'no-attach': { type: 'boolean', summary: 'outside tmux: make the session, print how to attach to it' },
    socket: { type: 'string', short: 'L', value: 'NAME', summary: 'the tmux server of this name, as tmux -L' },
  },
  words: { min: 0, max: 0 },
  examples: [{ line: 'boocode tmux', does: 'opens the layout' }],
  async run(context) {
    const socket = context.option('socket');
    const inside = Boolean(context.env.TMUX) && socket === undefined;
    if (context.flag('here') && !inside) {
      throw new BooError(
        'usage',
        '--here needs a running tmux around this command',
        'Leave it out: a session is made.',
      );
    }
    const { root } = context.project();
    const server = openTmux(context.env, socket);
    const { agents } = await (await context.daemon()).call('agent.list', { all: false });
    const found = inside && context.flag('here') ? null : findWindow(server, root);
    const line = (...args: string[]) => shellLine([...selfCommand(), ...args, '--project', root]);
    const window = found ?? makeWindow(context, server, inside, line);
    const live = agents.filter(isLive).map(({ id, name }) => ({ id, name }));
    const added = fillWindow({ tmux: server, window, root, agents: live, line });
    return show(context, server, { window, inside, added: added.length, made: found === null });
  },
};

/** Gives the id of the window. The environment of this command reaches the panes through the server's own. */
function makeWindow(context: Context, server: Tmux, inside: boolean, line: (...args: string[]) => string): string {
  const { root } = context.project();
  const name = `boocode-${basename(root).replace(/[.:\s]/g, '-') || 'root'}`;
  const start = ['-c', root, '-P', '-F', '#{window_id}'];
  if (inside && context.flag('here')) {
    const window = server.run('display-message', '-p', '-t', context.env.TMUX_PANE ?? '', '#{window_id}');
    server.run('set-option', '-w', '-t', window, '@boocode', root);
    server.run('set-option', '-w', '-t', window, 'main-pane-width', '36');
    return window;
  }
  const command = line('pane', 'sessions');
  if (inside) {
    const window = server.run('new-window', ...start, '-n', name, command);
    markWindow(server, window, root);
    return window;
  }
  const { columns = 160, rows = 45 } = context.io.stdout;
  const taken = server.try('has-session', '-t', `=${name}`) !== null;
  const size = ['-x', `${columns}`, '-y', `${rows}`];
  const window = taken
    ? server.run('new-window', ...start, '-d', '-t', `=${name}:`, command)
    : server.run('new-session', ...start, '-d', '-s', name, ...size, command);
  markWindow(server, window, root);
  return window;
}

interface Shown {
  window: string;
  inside: boolean;
  added: number;
  made: boolean;
}

/** Brings the window to the front: in this tmux, by attaching this terminal, or by saying how. */
function show(context: Context, server: Tmux, { window, inside, added, made }: Shown): number {
  const session = server.run('display-message', '-p', '-t', window, '#{session_name}');
  const panes = server.run('list-panes', '-t', window, '-F', '#{pane_id}').split('\n').length;
  const attach = shellLine([...server.words, 'attach', '-t', `=${session}`]);
  server.run('select-window', '-t', window);
  const value = { session, window, panes, added, made, attach: inside ? null : attach };
  const here = context.io.stdin.isTTY && context.io.stdout.isTTY && !context.json && !context.flag('no-attach');
  if (inside) {
    server.try('switch-client', '-t', window);
    context.print(value, () => `Window ${window} of session ${session} has ${plural(panes, 'pane')}.`);
    return 0;
  }
  if (!here) {
    context.print(value, () => attach);
    return 0;
  }
  const [program = '', ...args] = [...server.words, 'attach', '-t', `=${session}`];
  const { TMUX: _, ...env } = context.env;
  return spawnSync(program, args, { stdio: 'inherit', env }).status ?? 1;
}
