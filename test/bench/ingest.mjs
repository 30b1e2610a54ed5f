// Output taken in with emulation and history, 1, 8 and 32 children flooding at the same time, against tmux doing the
// same in the same round. What counts is the ratio: absolute rates vary by a third from minute to minute.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost } from './hosts.mjs';

const TMUX = ['-L', 'boocode-test-A', '-f', '/dev/null'];
const SIZE = { cols: 200, rows: 50 };
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
/** Only those whose name holds this, such as `plain ×32`. */
const CASES = process.env.BENCH_CASES ?? '';
/** MB put out in total, split over the children. */
const VOLUME = { plain: 64, tui: 32 };
const TARGET = { plain: 0.9, tui: 1.15 };
/** One host for each core but one, at least one, at most four: the project's own rule. */
const HOSTS = Math.max(1, Math.min(4, cpus().length - 1));

function plainText() {
  let text = '';
  for (let i = 0; text.length < 1 << 20; i++)
    text += `${i} ${'compiling src/some/module/file.ts with options that say little '.slice(0, 20 + ((i * 7) % 45))}\n`;
  return text;
}

/** Redraws of a full screen as agents make them: addressed rows, colours, boxes, erasing. */
function redraws() {
  let text = '';
  for (let frame = 0; text.length < 1 << 20; frame++) {
    text += '\x1b[H';
    for (let y = 1; y <= SIZE.rows; y++) {
      const color = 31 + ((y + frame) % 6);
      text += `\x1b[${y};1H\x1b[${color}m│\x1b[0m \x1b[1m${frame}\x1b[0m row ${y} \x1b[38;5;${(y * 3 + frame) % 256}m${'█'.repeat((y + frame) % 20)}\x1b[0m`;
      text += ` some words of text that change ${(frame * y) % 97}\x1b[K`;
    }
  }
  return text;
}

/** Waits until `folder` holds `count` files named done-*, put there by the writers when all was taken from them. */
async function finished(folder, count) {
  for (;;) {
    let done = 0;
    for (let i = 0; i < count; i++) if (existsSync(join(folder, `done-${i}`))) done++;
    if (done === count) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const writer = (folder, file, times, index) =>
  `while [ ! -e ${folder}/go ]; do sleep 0.02; done; i=0; while [ $i -lt ${times} ]; do cat ${folder}/${file}; i=$((i+1)); done; touch ${folder}/done-${index}; sleep 1000`;

async function timed(folder, count) {
  await new Promise((resolve) => setTimeout(resolve, 400));
  const start = performance.now();
  writeFileSync(join(folder, 'go'), '');
  await finished(folder, count);
  return (performance.now() - start) / 1000;
}

async function withTmux(folder, file, times, count) {
  const tmux = (...args) => execFileSync('tmux', [...TMUX, ...args]);
  const size = ['-x', String(SIZE.cols), '-y', String(SIZE.rows)];
  tmux('start-server', ';', 'set', '-g', 'history-limit', '5000', ';', 'new-session', '-d', ...size, 'sleep 1000');
  try {
    for (let i = 0; i < count; i++) tmux('new-session', '-d', ...size, writer(folder, file, times, i));
    return await timed(folder, count);
  } finally {
    tmux('kill-server');
  }
}

async function withHosts(folder, file, times, count) {
  const hosts = await Promise.all(Array.from({ length: Math.min(HOSTS, count) }, () => startHost(folder)));
  try {
    for (let i = 0; i < count; i++) {
      const host = hosts[i % hosts.length];
      await host.spawn(`c${i}`, ['sh', '-c', writer(folder, file, times, i)], SIZE);
    }
    return await timed(folder, count);
  } finally {
    await Promise.all(hosts.map((host) => host.end()));
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)];

export async function run() {
  const results = [];
  const texts = { plain: plainText(), tui: redraws() };
  for (const kind of ['plain', 'tui']) {
    for (const count of [1, 8, 32].filter((one) => `${kind} ×${one}`.includes(CASES))) {
      const rounds = [];
      const times = Math.max(1, Math.round(VOLUME[kind] / count));
      for (let round = 0; round < ROUNDS; round++) {
        const folder = () => {
          const made = mkdtempSync(join(tmpdir(), 'boo-b-'));
          writeFileSync(join(made, kind), texts[kind]);
          return made;
        };
        const [a, b] = [folder(), folder()];
        const mine = await withHosts(a, kind, times, count);
        const theirs = await withTmux(b, kind, times, count);
        rmSync(a, { recursive: true, force: true });
        rmSync(b, { recursive: true, force: true });
        const megabytes = (Buffer.byteLength(texts[kind]) * times * count) / 1e6;
        rounds.push({ rate: megabytes / mine, ratio: theirs / mine });
      }
      const ratio = median(rounds.map((one) => one.ratio));
      const value = median(rounds.map((one) => one.rate));
      results.push({
        name: `ingest ${kind} ×${count}`,
        value,
        unit: 'MB/s',
        ratio,
        target: TARGET[kind],
        ok: ratio >= TARGET[kind],
      });
    }
  }
  return results;
}
