import { afterEach, expect, test } from 'vitest';
import { until } from '../support/wait.ts';
import { click, drawn, key, paste } from './cockpit.ts';
import { agent, project, reachable, team } from './sample.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open.close());

/** Answers of the daemon, given when the test says so: method and agent ▶ answer. */
function slowDaemon(agents = team) {
  open = drawn({ cols: 120, rows: 40 }, project(agents));
  const answers = new Map<string, (value: unknown) => void>();
  open.cockpit.bridge.call = ((method: string, params: { agent?: string }) =>
    new Promise((resolve) => answers.set(`${method} ${params.agent}`, resolve))) as never;
  return async (what: string, value: unknown) => {
    answers.get(what)!(value);
    return (await open.settle()).join('\n');
  };
}
const risk = (file: string) => ({ uncommitted: [file], ignored: [], unpushed: 0, unmerged: 0 });

test('what is lost with one agent is never shown in the question about another', async () => {
  const answer = slowDaemon();
  await open.press('D', 'Escape', 'j', 'D');
  await answer('agent.risk id-api-tests', risk('of-api-tests.ts'));
  const screen = await answer('agent.risk id-auth-fix', risk('of-auth-fix.ts'));
  expect(screen).toContain('Remove api-tests?');
  expect(screen).toContain('of-api-tests.ts');
  expect(screen).not.toContain('of-auth-fix.ts');
});

test('what one agent printed is never shown as the history of another', async () => {
  const answer = slowDaemon();
  await open.press('h', 'Escape', 'j', 'h');
  const page = (text: string) => ({ lines: [{ line: 1, at: 0, text }], first: 1, total: 1 });
  const last = (text: string) => ({ lines: [text], ansi: null, size: { cols: 80, rows: 24 } });
  await answer('agent.screen id-auth-fix', last('last of auth-fix'));
  await answer('agent.history id-auth-fix', page('printed by auth-fix'));
  await answer('agent.history id-api-tests', page('printed by api-tests'));
  const screen = await answer('agent.screen id-api-tests', last('last of api-tests'));
  expect(screen).toContain('api-tests · codex');
  expect(screen).toContain('printed by api-tests');
  expect(screen).toContain('last of api-tests');
  expect(screen).not.toContain('last of auth-fix');
  expect(screen).not.toContain('printed by auth-fix');
});

test('an answer that comes late closes no question that was asked meanwhile', async () => {
  const answer = slowDaemon();
  await open.press('x', 'y', 'Escape', 'j', 'x');
  const screen = await answer('agent.stop id-auth-fix', {});
  expect(screen).toContain('Stop api-tests?');
});

test('an agent whose dialog was closed before it had started takes no keys from the one that is typed to', async () => {
  const answer = slowDaemon();
  open.store.setData(reachable());
  const before = open.store.getState().ui.selected;
  const starting = (await open.press('n', 'Tab', 'x', 'Enter')).join('\n');
  expect(starting).toContain('Starting… Esc closes this; the start goes on.');
  await open.press('Escape', 'Enter');
  expect(open.store.getState().ui.typing).toBe(true);
  const screen = await answer('agent.new undefined', { agent: agent('api-tests', 'running') });
  expect(screen).toContain('api-tests starts.');
  expect(open.store.getState().ui).toMatchObject({ selected: before, typing: true });
});

test('R offers what was removed, whether or not something of it had to be saved', async () => {
  const answer = slowDaemon();
  await open.press('R');
  const ref = 'refs/boocode/saved/dirty/1';
  const removed = [
    { id: 'r1', name: 'clean', branch: 'boo/clean', savedRef: null, removedAt: 2 },
    { id: 'r2', name: 'dirty', branch: 'boo/dirty', savedRef: ref, removedAt: 1 },
  ];
  const saved = [{ ref, commit: 'c', name: 'dirty', savedAt: 1 }];
  await answer('agent.list undefined', { agents: [] });
  const screen = await answer('agent.saved undefined', { saved, removed });
  expect(screen).toMatch(/clean {2}removed .* ago · boo\/clean/);
  expect(screen.match(/dirty {2}removed/g)).toHaveLength(1);
  expect(screen).not.toContain(ref);
});

test('a question about a waiting agent is a sentence', async () => {
  slowDaemon();
  expect((await open.press('x')).join('\n')).toContain('auth-fix still runs (waits: approval)');
});

test('an agent that is being prepared is not said to keep its worktree when it is stopped', async () => {
  const answer = slowDaemon([agent('half', 'preparing', { startedAt: null })]);
  const question = (await open.press('x')).join('\n');
  expect(question).toContain('half is still being prepared');
  expect(question).not.toContain('stay');
  await open.press('y');
  const said = await answer('agent.stop id-half', { agent: { startedAt: null } });
  expect(said).toContain('half is stopped before it had started.');
});

test('who clicks into an agent that has ended is told so, not that it has no screen yet', async () => {
  slowDaemon([agent('over', 'timed_out', { host: null, pid: null })]);
  open.screen.send(...click(80, 10));
  await open.settle();
  open.screen.send(...click(80, 10));
  expect((await open.settle()).join('\n')).toContain('over has ended: restart it to type to it.');
});

test('an agent that has printed nothing is said to have', async () => {
  const answer = slowDaemon();
  await open.press('h');
  await answer('agent.screen id-auth-fix', { lines: [], ansi: null, size: { cols: 80, rows: 24 } });
  expect(await answer('agent.history id-auth-fix', { lines: [], first: 1, total: 0 })).toContain('HISTORY · empty');
});

test('what is written while a prompt is being sent changes nothing', async () => {
  slowDaemon();
  await open.press('m', 'h', 'i', 'Enter', 'x', 'y');
  const dialog = open.store.getState().ui.dialogs[0]!;
  expect(dialog.kind === 'prompt' && dialog.text.text).toBe('hi');
});

test('keys that need an agent wait for the first answer of the daemon, with all that come after them', async () => {
  open = drawn({ cols: 120, rows: 40 }, {});
  let screen = (await open.press('j', 'j', 'x')).join('\n');
  expect(screen).not.toContain('there is no agent yet');
  open.store.setData(project());
  screen = (await open.settle()).join('\n');
  expect(screen).toContain('Stop lint-sub?');
  expect(open.store.getState().ui.toast).toBeNull();
});

test('who wants to leave before the daemon has answered need not wait', async () => {
  open = drawn({ cols: 120, rows: 40 }, {});
  await open.press('j', 'q');
  expect(await open.cockpit.exit).toMatchObject({ reason: 'left' });
});

const typedTo = ({ terminals }: typeof open) => terminals.typed.map((one) => one.replace(/^\S+ /, '')).join('');

test('what is typed in one go with the key that begins typing reaches the agent, also after leaving and beginning again', async () => {
  open = drawn({ cols: 120, rows: 40 }, reachable());
  const names = ['Enter', 'l', 's', 'C-]', 'j', 'k', 'Enter', 'p', 'w', 'd'];
  open.screen.send(...names.map(key));
  await open.settle();
  expect(typedTo(open)).toBe('lspwd');
});

test('what is typed to an agent whose screen has not come yet waits for it, and with it the leave key', async () => {
  open = drawn({ cols: 120, rows: 40 }, reachable());
  open.terminals.coming = true;
  await open.press('Enter');
  open.screen.send(key('l'), paste('two words'), key('C-]'), key('j'), key('Enter'), key('x'));
  await open.settle();
  expect(typedTo(open)).toBe('');
  expect(open.store.getState().ui.typing).toBe(true);
  // Now its modes are known as well: this one takes pastes without marks.
  open.terminals.come();
  await open.settle();
  expect(open.terminals.typed.map((one) => one.split(' ')[0])).toHaveLength(2);
  expect(typedTo(open)).toBe('ltwo wordsx');
});

test('who types to a screen that does not come can leave at once; what was typed is told to be lost, and never comes later', async () => {
  open = drawn({ cols: 120, rows: 40 }, reachable());
  open.terminals.coming = true;
  await open.press('Enter', 'C-]');
  expect(open.store.getState().ui.typing).toBe(false);
  await open.press('Enter', 'x', 'C-]');
  await until('it was waited for long enough', () => !open.store.getState().ui.typing);
  expect((await open.settle()).join('\n')).toContain('What was typed to auth-fix is lost: its screen has not come.');
  await open.press('Enter', 'y', 'C-]');
  await until('it was waited for again', () => !open.store.getState().ui.typing);
  await open.press('Enter');
  open.terminals.come();
  await open.press('z');
  expect(typedTo(open)).toBe('z');
});

test('what is typed to the only agent of a pane before the daemon has answered waits', async () => {
  open = drawn({ cols: 120, rows: 40 }, {}, { pane: 'output', agent: 'id-auth-fix', typing: true });
  await open.press('q', 'q');
  open.store.setData(reachable());
  await open.settle();
  expect(typedTo(open)).toBe('qq');
});
