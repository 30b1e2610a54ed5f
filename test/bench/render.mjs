// What a frame costs from the agent's bytes to the terminal's, at 200×50 and 30 frames a second: host and compositor, the same
// rows drawn by Ink alone, and tmux (server and client). CPU of all their threads, and bytes written to the terminal. Beside
// them the limit of any such way: two Node processes that hand the agent's bytes on and do nothing else.
import { execFileSync, spawn as spawnProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { spawn } from 'node-pty';
import { startHost } from './hosts.mjs';

const COLS = 200;
const ROWS = 50;
const FRAMES = 120;
/** Frames before measuring begins: V8 goes on compiling the path for 10 to 20 s of frames, which a session of hours does not feel. */
const WARM = Number(process.env.BENCH_WARM ?? 600);
/** Of the pairs of ours and tmux, which take turns, the one with the middle ratio counts. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const RELAY = join(import.meta.dirname, 'fixtures', 'relay.mjs');
const FEED = join(import.meta.dirname, 'fixtures', 'feed.mjs');
const TMUX = ['-L', 'boocode-test-D', '-f', '/dev/null'];
const SCENARIOS = [
  { name: 'scroll 1', width: 170, cpu: 2 },
  { name: 'one line', width: 170, cpu: 4 },
  { name: 'scroll 20', width: 170, cpu: 2 },
  { name: 'redraw 40', width: 170, cpu: 2 },
  { name: 'scroll 1', width: 200, cpu: 2 },
];

/** CPU milliseconds of all threads of processes so far (schedstat counts nanoseconds). */
const cpuMs = (pids) =>
  pids.reduce((sum, pid) => {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    }
    return sum;
  }, 0);

/** At 30 frames a second, and as long again on a machine that cannot draw so many. */
const PATIENCE_MS = ((WARM + FRAMES) / 30) * 2000;

async function appears(path) {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await delay(5)) {
    if (existsSync(path)) return;
  }
  throw new Error(`nothing wrote ${path}`);
}

/** A terminal that answers what every modern one answers, and counts what it gets. */
function openScreen(argv, env) {
  const pty = spawn(argv[0], argv.slice(1), { cols: COLS, rows: ROWS, env, name: 'xterm-256color', encoding: null });
  const screen = { pty, bytes: 0 };
  pty.onData((data) => {
    screen.bytes += data.length;
    if (data.includes('\x1b[?2026$p')) pty.write('\x1b[?2026;2$y\x1b[?62;22c');
  });
  return screen;
}

async function measure(folder, screen, pids) {
  await appears(join(folder, 'begin'));
  const before = { cpu: cpuMs(pids), bytes: screen.bytes };
  await appears(join(folder, 'end'));
  await delay(100);
  return { cpu: (cpuMs(pids) - before.cpu) / FRAMES, bytes: (screen.bytes - before.bytes) / FRAMES };
}

async function ours(top, viewer, { name, width }, how) {
  const folder = mkdtempSync(join(top, 'f-'));
  const host = await startHost(folder);
  const socket = join(
    folder,
    readdirSync(folder).find((file) => file.endsWith('.sock')),
  );
  await host.spawn('a.1', [process.execPath, FEED, name, String(FRAMES), folder, String(WARM)], {
    cols: width,
    rows: ROWS,
  });
  const env = { ...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', NODE_ENV: 'production' };
  const screen = openScreen([process.execPath, viewer, socket, 'a.1', String(width), how], env);
  try {
    const measured = await measure(folder, screen, [host.pid, screen.pty.pid]);
    screen.pty.kill('SIGTERM');
    return how === 'ink' ? { ...measured, cpu: measured.cpu / (await drawnShare(join(folder, 'rendered'))) } : measured;
  } finally {
    screen.pty.kill('SIGTERM');
    await host.end();
  }
}

/** The same bytes, from a terminal to a socket and from there to the person's terminal, neither read nor drawn. */
async function relayed(top, { name, width }) {
  const folder = mkdtempSync(join(top, 'r-'));
  const socket = join(folder, 's');
  const feed = [process.execPath, FEED, name, String(FRAMES), folder, String(WARM)];
  const host = spawnProcess(process.execPath, [RELAY, socket, String(width), String(ROWS), ...feed], {
    stdio: 'inherit',
  });
  await appears(socket);
  const screen = openScreen([process.execPath, RELAY, socket], process.env);
  try {
    return await measure(folder, screen, [host.pid, screen.pty.pid]);
  } finally {
    screen.pty.kill('SIGTERM');
    host.kill('SIGTERM');
  }
}

/** Ink leaves out frames that it has no time for: the share that it drew, since frames that nobody drew cost nothing. */
async function drawnShare(path) {
  await appears(path);
  const { rendered, frames } = JSON.parse(readFileSync(path, 'utf8'));
  return Math.min(1, rendered / frames);
}

async function tmux(top, { name, width }) {
  const folder = mkdtempSync(join(top, 't-'));
  const feed = `${process.execPath} ${FEED} '${name}' ${FRAMES} ${folder} ${WARM}`;
  const run = (...args) => execFileSync('tmux', [...TMUX, ...args], { encoding: 'utf8' }).trim();
  const env = { ...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', TMUX: '', NODE_OPTIONS: '' };
  const first = width < COLS ? 'cat' : feed;
  const screen = openScreen(
    ['tmux', ...TMUX, 'new-session', '-x', COLS, '-y', ROWS, first, ';', 'set', '-g', 'status', 'off'].map(String),
    env,
  );
  try {
    for (let n = 0; n < 200 && screen.bytes === 0; n++) await delay(10);
    if (width < COLS) run('split-window', '-h', '-l', String(width), feed);
    return await measure(folder, screen, [Number(run('display-message', '-p', '#{pid}')), screen.pty.pid]);
  } finally {
    run('kill-server');
  }
}

/** `part`: only scenarios whose name and width hold it (`one line`, `scroll 1, 200`), since all take five minutes. */
export async function run(part = '') {
  const top = mkdtempSync(join(tmpdir(), 'boo-r-'));
  const viewer = join(top, 'viewer', 'viewer.js');
  mkdirSync(join(top, 'viewer'));
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'fixtures', 'viewer.tsx')],
      outdir: join(top, 'viewer'),
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      jsx: 'automatic',
      minifySyntax: true,
      external: ['node-pty', 'react-devtools-core'],
      define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
      banner: { js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);" },
      absWorkingDir: resolve(import.meta.dirname, '../..'),
      logLevel: 'warning',
    });
    const rows = [];
    for (const scenario of SCENARIOS) {
      if (`${scenario.name}, ${scenario.width}`.includes(part)) rows.push(...(await compare(top, viewer, scenario)));
    }
    return rows;
  } finally {
    rmSync(top, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function compare(top, viewer, scenario) {
  const rounds = [];
  for (let n = 0; n < ROUNDS; n++) {
    rounds.push({ mine: await ours(top, viewer, scenario, 'blit'), theirs: await tmux(top, scenario) });
  }
  rounds.sort((a, b) => a.mine.cpu / a.theirs.cpu - b.mine.cpu / b.theirs.cpu);
  const { mine, theirs } = rounds[ROUNDS >> 1];
  const ink = await ours(top, viewer, scenario, 'ink');
  const limit = await relayed(top, scenario);
  const title = `${scenario.name}, ${scenario.width} columns`;
  const row = (name, value, unit, ratio, most) => ({
    name,
    value,
    unit,
    ratio,
    target: `≤ ${most}`,
    ok: ratio <= most,
  });
  return [
    row(
      `CPU a frame: ${title} / tmux (${theirs.cpu.toFixed(2)} ms; Node handing the bytes on: ${limit.cpu.toFixed(2)} ms)`,
      mine.cpu,
      'ms',
      mine.cpu / theirs.cpu,
      scenario.cpu,
    ),
    row(`CPU a frame: ${title} / Ink (${ink.cpu.toFixed(1)} ms)`, mine.cpu, 'ms', mine.cpu / ink.cpu, 0.1),
    row(
      `bytes a frame: ${title} / tmux (${Math.round(theirs.bytes)})`,
      mine.bytes,
      'B',
      mine.bytes / theirs.bytes,
      1.35,
    ),
  ];
}

if (process.argv[1] === import.meta.filename) {
  for (const { name, value, unit, ratio, target, ok } of await run(process.argv[2])) {
    console.log(
      `${ok ? 'ok    ' : 'MISSED'} ${name}: ${value.toFixed(2)} ${unit}, ratio ${ratio.toFixed(2)} (${target})`,
    );
  }
  process.exit(0);
}
