import { realpathSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { boocode, program } from '../cli/boocode.ts';
import { makeRepository } from '../support/repository.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';

const LEAVE = '\x1d';
/** A key must come back within this many milliseconds while patterns are being stopped elsewhere: a person notices 100. */
const SMOOTH_MS = 250;
const close: (() => void)[] = [];
const roots: string[] = [];
afterEach(() => {
  for (const one of close.splice(0)) one();
  for (const root of roots.splice(0)) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

interface Found {
  matches: { agent: string; line: number; text: string; source: string }[];
  total: number;
  lost: { agent: string; reason: string }[];
}

const numbered = (from: number, to: number, word: string) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${word} ${from + index}`).join('\n');

/** Three full-screen programs and five shells, each of which has shown something that is no longer on its screen. */
function project() {
  const root = realpathSync(
    makeRepository({
      'poem.txt': `the walrus and the carpenter\n${numbered(2, 300, 'verse')}\n`,
      'manual.txt': `${numbered(1, 150, 'page')}\nbeware of the leopard\n${numbered(152, 400, 'page')}\n`,
    }),
  );
  roots.push(root);
  const start = (...args: string[]) => expect(boocode(root, ['new', ...args]).code).toBe(0);
  start('editor', '--', 'vim', '-u', 'NONE', '-i', 'NONE', '-n', 'poem.txt');
  start('pager', '--', 'less', 'manual.txt');
  start('robot', '--runtime', 'demo', '--prompt', 'fix the price');
  for (let index = 1; index <= 5; index++) start(`shell-${index}`, '--runtime', 'shell');
  return root;
}
const screen = (root: string, agent: string) => boocode(root, ['screen', agent]).out;
const shows = (root: string, agent: string, text: string) =>
  until(`${agent} shows ${text}`, () => screen(root, agent).includes(text), { seen: () => screen(root, agent) });
const keys = (root: string, agent: string, ...names: string[]) =>
  expect(boocode(root, ['keys', agent, ...names]).code).toBe(0);
const send = (root: string, agent: string, text: string) => expect(boocode(root, ['send', agent, text]).code).toBe(0);

async function fill(root: string) {
  await shows(root, 'editor', 'the walrus and the carpenter');
  await shows(root, 'pager', 'page 1');
  // Pages through the manual: the leopard passes by, and is seen.
  for (let page = 0; page < 20 && !screen(root, 'pager').includes('beware of the leopard'); page++) {
    keys(root, 'pager', 'Space');
  }
  await shows(root, 'pager', 'beware of the leopard');
  // Readable for half a second is what counts as shown.
  await until('the screens have settled', () => found(root, 'leopard').total > 0 && found(root, 'walrus').total > 0);
  keys(root, 'editor', 'G');
  keys(root, 'pager', 'G');
  await shows(root, 'editor', 'verse 300');
  await shows(root, 'pager', 'page 400');
  send(root, 'shell-3', 'echo "Error: disk is $((40+2))% full"; seq 1 400');
  await shows(root, 'shell-3', '400');
}
const found = (root: string, pattern: string): Found => {
  const { out } = boocode(root, ['--json', 'search', pattern]);
  return JSON.parse(out) as Found;
};

function cockpit(root: string): TestTerminal {
  const terminal = openTerminal([process.execPath, program], { cwd: root, cols: 120, rows: 40 });
  close.push(terminal.kill);
  return terminal;
}

test('what any agent showed is found while one types, and gone to; a script finds the same', async () => {
  const root = project();
  await fill(root);
  expect(screen(root, 'editor')).not.toContain('walrus');
  const open = cockpit(root);
  await open.shows(/shell-5/);

  // What a full-screen program showed a minute ago.
  open.type('/');
  await open.shows('Type what you look for');
  open.type('walrus and');
  await open.shows(/1 of 1 in 1 agent/);
  open.type('\r');
  await open.shows('go there');
  open.type('\r');
  await open.shows(/editor .* HISTORY line/);
  await open.shows('the walrus and the carpenter');
  await open.shows('match 1 of 1');
  open.type('q');
  await open.shows(/▸.*the walrus and the carpenter/);

  // From there to what a shell printed and what a pager showed, over all of them.
  open.type('/\x15leopard|% full');
  await open.shows(/\d of \d in 2 agents/);
  await open.shows('Error: disk is 42% full');
  const script = found(root, 'leopard|% full');
  expect(new Set(script.matches.map((one) => one.agent))).toEqual(new Set(['pager', 'shell-3']));
  expect(boocode(root, ['search', 'no such thing anywhere']).code).toBe(1);
  open.type('\r');
  await open.shows('go there');
  open.type('G\r');
  await open.shows(/shell-3 .* HISTORY line/);
  await open.shows('Error: disk is 42% full');
  // The agent goes on; what is looked at stays.
  send(root, 'shell-3', 'seq 1000 1300');
  await open.shows(/new lines below/);
  expect(open.text()).toContain('Error: disk is 42% full');
  open.type('qq');
  await open.hides('Search');
});

test('a search that is saved marks the agent that prints such a line later, and ! goes there', async () => {
  const root = project();
  await until('shell-2 has its prompt', () => /[$#%]/.test(screen(root, 'shell-2')));
  const open = cockpit(root);
  await open.shows(/shell-5/);
  open.type('/needle \\d+');
  await open.shows('no match');
  open.type('\x1bw');
  await open.shows(/marked from now on/);
  open.type('\x1b');
  await open.hides('╭ Search');
  send(root, 'shell-2', 'seq 1 100; echo "needle $((6*7))"; seq 1 100');
  await open.shows(/shell-2 .*⌕1 found/);
  open.type('!');
  await open.shows(/shell-2 .* HISTORY line/);
  await open.shows('needle 42');
  // It has been looked at: the mark is gone.
  await open.hides('⌕1 found');
  open.type('qSx');
  await open.shows('No search is saved');
});

test('a catastrophic pattern is refused politely while typing in another agent stays smooth', async () => {
  const root = project();
  await until('shell-5 has its prompt', () => /[$#%]/.test(screen(root, 'shell-5')));
  send(root, 'shell-1', `for i in $(seq 1 4000); do echo ${'a'.repeat(60)}; done; echo filled`);
  await shows(root, 'shell-1', 'filled');
  const typist = cockpit(root);
  await typist.shows(/shell-5/);
  typist.type('G\r');
  await typist.shows('TYPING to shell-5');
  const other = cockpit(root);
  await other.shows(/shell-5/);
  other.type('/');
  await other.shows('Type what you look for');
  other.type('(a+)+$x');
  const echo: number[] = [];
  const words = 'typing-goes-on-meanwhile';
  for (const [index, letter] of [...words].entries()) {
    const at = performance.now();
    typist.type(letter);
    await until('the letter is echoed', () => typist.text().includes(words.slice(0, index + 1)));
    echo.push(performance.now() - at);
  }
  await other.shows(/! .*: the pattern took too long/);
  // One slow turn of a loaded machine is no stutter: the middle is what one feels.
  expect(echo.toSorted((a, b) => a - b)[echo.length >> 1]).toBeLessThan(SMOOTH_MS);
  // And the same cockpit goes on searching.
  other.type('\x15filled');
  await other.shows(/of \d+ in 1 agent/);
  typist.type(LEAVE);
  await typist.hides('TYPING');
  // A script is told the same, and that nothing was found: exit 1.
  const { code, out } = boocode(root, ['--json', 'search', '(a+)+$x']);
  expect(code).toBe(1);
  expect((JSON.parse(out) as Found).lost[0]!.reason).toContain('took too long');
});
