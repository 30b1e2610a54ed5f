// From a key to its painted echo, through the whole program: key ▶ terminal ▶ boocode ▶ host ▶ bash ▶ back, once as `attach`
// and once as the cockpit with one agent visible; idle and with eight agents that print without end; and tmux doing the same.
// All are open at once and take turns, since what a machine does in one second says little of the next.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from 'node-pty';
import { makePlace, median, program } from './support.mjs';

const KEYS = 100;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const FLOODS = 8;
/** Letters that end no escape sequence which any of the programs writes, and stand in no text of the cockpit. */
const LETTERS = 'QYWVU';
const SHELL = ['bash', '--norc', '--noprofile', '-i'];
const TMUX = ['-L', 'boocode-test-D', '-f', '/dev/null'];
const SIZE = { cols: 200, rows: 50 };
/** Between two keys, in milliseconds: a fast typist, and never the rhythm of a frame. */
const pause = (n) => 20 + ((n * 7) % 13);
const TARGETS = [
  ['flooding', 'p50', 0.25],
  ['flooding', 'p99', 0.8],
  ['idle', 'p50', 2.5],
  ['idle', 'p99', null],
];

export function openScreen(argv, place) {
  const env = { ...place.env, PS1: '$ ', TMUX: '', NODE_OPTIONS: '' };
  const pty = spawn(argv[0], argv.slice(1), { ...SIZE, cwd: place.root, env, name: 'xterm-256color' });
  const screen = { pty, tail: '', waiting: null };
  pty.onData((data) => {
    screen.tail = (screen.tail + data).slice(-4000);
    if (data.includes('\x1b[?2026$p')) pty.write('\x1b[?2026;2$y\x1b[?62;22c');
    screen.waiting?.(data);
  });
  return screen;
}

/** Milliseconds from writing the letter until a read holds it. */
export function echo(screen, letter) {
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
  for (let n = 0; n < KEYS + 5; n++) {
    await delay(pause(n));
    const time = await echo(screen, LETTERS[n % LETTERS.length]);
    if (n >= 5) times.push(time);
    if (n % 40 === 39) await clearLine(screen);
  }
  await clearLine(screen);
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(KEYS * 0.5)], p99: times[Math.floor(KEYS * 0.99) - 1] };
}

async function clearLine(screen) {
  screen.pty.write('\x15');
  await delay(100);
}

async function until(what, look) {
  for (let n = 0; n < 2000; n++) {
    if (look()) return;
    await delay(10);
  }
  throw new Error(`waited in vain until ${what}`);
}
const shows = (screen, text) => until(`the screen shows ${text}`, () => screen.tail.includes(text));

/** Floods that begin and stop at once. They are children of shells: tmux wakes its own children when they are stopped. */
function makeFloods(place) {
  const script = join(place.root, 'flood.sh');
  writeFileSync(
    script,
    'echo $$ > "$1.part"; mv "$1.part" "$1"; while :; do echo "the quick brown fox jumps over the lazy dog 0123456789"; done\n',
  );
  const files = Array.from({ length: FLOODS }, (_, n) => join(place.root, `pid${n}`));
  const signal = (name) => {
    for (const file of files) {
      try {
        if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')), name);
      } catch (error) {
        // One that has ended prints no more: what it was measured for has failed, but not the cleaning up.
        if (error.code !== 'ESRCH') throw error;
      }
    }
  };
  return {
    commands: files.map((file) => `sh ${script} ${file}; :`),
    async ready() {
      await until('all floods run', () => files.every((file) => existsSync(file)));
      signal('SIGSTOP');
    },
    begin: () => signal('SIGCONT'),
    stop: () => signal('SIGSTOP'),
  };
}

async function openOurs() {
  const place = makePlace();
  const floods = makeFloods(place);
  const open = [];
  const close = () => {
    floods.begin();
    for (const screen of open) screen.pty.kill('SIGTERM');
    place.close();
  };
  try {
    place.boocode('new', 'seen', '--no-worktree', '--', ...SHELL);
    const cockpit = openScreen([process.execPath, program], place);
    open.push(cockpit);
    await shows(cockpit, 'seen');
    await delay(1500);
    cockpit.pty.write('\r');
    await delay(500);
    place.boocode('new', 'typist', '--no-worktree', '--', ...SHELL);
    const attach = openScreen([process.execPath, program, 'attach', 'typist'], place);
    open.push(attach);
    await shows(attach, '$');
    for (const [n, command] of floods.commands.entries()) {
      place.boocode('new', `flood${n}`, '--no-worktree', '--', 'sh', '-c', command);
    }
    await floods.ready();
    return { screens: { attach, cockpit }, floods, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function openTmux() {
  const place = makePlace();
  const floods = makeFloods(place);
  const run = (...args) => execFileSync('tmux', [...TMUX, ...args], { cwd: place.root, env: place.env });
  const close = () => {
    floods.begin();
    run('kill-server');
    place.close();
  };
  const screen = openScreen(['tmux', ...TMUX, 'new-session', ...SHELL], place);
  try {
    await shows(screen, '$');
    for (const command of floods.commands) run('new-window', '-d', command);
    await floods.ready();
    return { screens: { tmux: screen }, floods, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function measure(sides) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const times = { idle: {}, flooding: {} };
    for (const { screens } of sides) {
      for (const [name, screen] of Object.entries(screens)) times.idle[name] = await type(screen);
    }
    for (const { screens, floods } of sides) {
      floods.begin();
      await delay(1000);
      for (const [name, screen] of Object.entries(screens)) times.flooding[name] = await type(screen);
      floods.stop();
      await delay(300);
    }
    rounds.push(times);
  }
  return rounds;
}

export async function run() {
  const sides = [];
  try {
    sides.push(await openTmux());
    sides.push(await openOurs());
    await delay(1000);
    const rounds = await measure(sides);
    return ['cockpit', 'attach'].flatMap((how) =>
      TARGETS.map(([state, name, most]) => {
        const all = (of) => rounds.map((times) => of(times[state]));
        const value = median(all((times) => times[how][name]));
        const theirs = median(all((times) => times.tmux[name]));
        const ratio = median(all((times) => times[how][name] / times.tmux[name]));
        const title = state === 'idle' ? 'idle' : `${FLOODS} agents flooding`;
        return {
          name: `echo ${name} in ${how}, ${title} / tmux (${theirs.toFixed(2)} ms)`,
          value,
          unit: 'ms',
          ratio,
          target: most === null ? null : `≤ ${most}`,
          ok: most === null || ratio <= most,
        };
      }),
    );
  } finally {
    for (const side of sides) side.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  for (const { name, value, unit, ratio, target, ok } of await run()) {
    console.log(
      `${ok ? 'ok    ' : 'MISSED'} ${name}: ${value.toFixed(2)} ${unit}, ratio ${ratio.toFixed(2)} (${target ?? 'no target'})`,
    );
  }
  process.exit(0);
}
