// From a key to its painted echo, through the whole program: key ▶ terminal ▶ boocode attach ▶ host ▶ bash ▶ back, idle and
// with eight agents that print without end; and tmux doing the same in the same run.
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from 'node-pty';
import { makePlace, program } from './support.mjs';

const KEYS = 150;
const FLOODS = 8;
/** Letters that end no escape sequence which either program writes. */
const LETTERS = 'zjyvw';
const FLOOD = 'while :; do echo "the quick brown fox jumps over the lazy dog 0123456789"; done';
const SHELL = ['bash', '--norc', '--noprofile', '-i'];
const TMUX = ['-L', 'boocode-test-D', '-f', '/dev/null'];
const SIZE = { cols: 200, rows: 50 };
/** Between two keys, in milliseconds: a fast typist, and never the rhythm of a frame. */
const pause = (n) => 20 + ((n * 7) % 13);

function openScreen(argv, place) {
  const env = { ...place.env, PS1: '$ ', TMUX: '', NODE_OPTIONS: '' };
  const pty = spawn(argv[0], argv.slice(1), { ...SIZE, cwd: place.root, env, name: 'xterm-256color' });
  const screen = { pty, tail: '', waiting: null };
  pty.onData((data) => {
    screen.tail = (screen.tail + data).slice(-2000);
    if (data.includes('\x1b[?2026$p')) pty.write('\x1b[?2026;2$y\x1b[?62;22c');
    screen.waiting?.(data);
  });
  return screen;
}

/** Milliseconds from writing the letter until a read holds it. */
function echo(screen, letter) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const timer = setTimeout(
    () => reject(new Error(`no echo; last: ${JSON.stringify(screen.tail.slice(-200))}`)),
    10_000,
  );
  const start = performance.now();
  screen.waiting = (data) => {
    if (!data.includes(letter)) return;
    clearTimeout(timer);
    screen.waiting = null;
    resolve(performance.now() - start);
  };
  screen.pty.write(letter);
  return promise;
}

async function type(screen) {
  const times = [];
  for (let n = 0; n < KEYS + 10; n++) {
    await delay(pause(n));
    const time = await echo(screen, LETTERS[n % LETTERS.length]);
    if (n >= 10) times.push(time);
    if (n % 40 === 39) {
      screen.pty.write('\x15');
      await delay(100);
    }
  }
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(KEYS * 0.5)], p99: times[Math.floor(KEYS * 0.99)] };
}

async function shows(screen, text) {
  for (let n = 0; n < 1000; n++) {
    if (screen.tail.includes(text)) return;
    await delay(10);
  }
  throw new Error(`the screen never showed ${text}; last: ${JSON.stringify(screen.tail.slice(-300))}`);
}

async function ours() {
  const place = makePlace();
  let screen;
  try {
    place.boocode('new', 'typist', '--no-worktree', '--', ...SHELL);
    screen = openScreen([process.execPath, program, 'attach', 'typist'], place);
    await shows(screen, '$');
    await delay(1000);
    const idle = await type(screen);
    for (let n = 0; n < FLOODS; n++) place.boocode('new', `flood${n}`, '--no-worktree', '--', 'sh', '-c', FLOOD);
    await delay(1000);
    return { idle, noisy: await type(screen) };
  } finally {
    screen?.pty.kill('SIGTERM');
    place.close();
  }
}

async function tmux() {
  const place = makePlace();
  const run = (...args) => execFileSync('tmux', [...TMUX, ...args], { cwd: place.root, env: place.env });
  let screen;
  try {
    screen = openScreen(['tmux', ...TMUX, 'new-session', ...SHELL], place);
    await shows(screen, '$');
    await delay(1000);
    const idle = await type(screen);
    for (let n = 0; n < FLOODS; n++) run('new-window', '-d', FLOOD);
    await delay(1000);
    return { idle, noisy: await type(screen) };
  } finally {
    run('kill-server');
    place.close();
  }
}

export async function run() {
  const theirs = await tmux();
  const mine = await ours();
  const row = (what, name, most) => {
    const value = mine[what][name];
    const ratio = value / theirs[what][name];
    const title = what === 'idle' ? 'idle' : `${FLOODS} agents flooding`;
    return {
      name: `echo ${name}, ${title} / tmux (${theirs[what][name].toFixed(2)} ms)`,
      value,
      unit: 'ms',
      ratio,
      target: most === null ? null : `≤ ${most}`,
      ok: most === null || ratio <= most,
    };
  };
  return [row('noisy', 'p50', 0.25), row('noisy', 'p99', 0.8), row('idle', 'p50', 2.5), row('idle', 'p99', null)];
}

if (process.argv[1] === import.meta.filename) {
  for (const { name, value, unit, ratio, target, ok } of await run()) {
    console.log(
      `${ok ? 'ok    ' : 'MISSED'} ${name}: ${value.toFixed(2)} ${unit}, ratio ${ratio.toFixed(2)} (${target ?? 'no target'})`,
    );
  }
  process.exit(0);
}
