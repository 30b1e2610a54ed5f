// How long until `boocode ls` has printed, until the cockpit's first painted frame, and until it answers a key; each against
// `node -e 0` in the same round.
import { spawnSync } from 'node:child_process';
import { spawn } from 'node-pty';
import { makePlace, median, program } from './support.mjs';

const ROUNDS = 15;
const COCKPIT_ROUNDS = 7;
/** The cockpit's frame is up when its name and a border stand on the screen; help is up when it names the leave key. */
const FRAME = /boocode[\s\S]*╭/;
const HELP = /Ctrl-\]|C-\]/;
const GIVE_UP_MS = 10_000;

const timed = (args, options) => {
  const start = performance.now();
  const done = spawnSync(process.execPath, args, { ...options, stdio: 'ignore' });
  if (done.status !== 0) throw new Error(`node ${args.join(' ')} ended with ${done.status}`);
  return performance.now() - start;
};

/** Milliseconds from the start to the first frame and to the answer to `?`, which is pressed all the time from the start. */
function openCockpit({ root, env }) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const pty = spawn(process.execPath, [program], {
      cols: 120,
      rows: 40,
      cwd: root,
      env: { ...env, COLORTERM: 'truecolor' },
    });
    let text = '';
    let frame;
    let ready;
    const timer = setTimeout(() => {
      pty.kill('SIGKILL');
      reject(new Error(`the cockpit was not ${frame ? 'ready for keys' : 'painted'} in ${GIVE_UP_MS} ms`));
    }, GIVE_UP_MS);
    pty.onData((data) => {
      text += data;
      if (frame === undefined && FRAME.test(text)) {
        frame = performance.now() - start;
        text = '';
        pty.write('?');
      } else if (frame !== undefined && ready === undefined && HELP.test(text)) {
        ready = performance.now() - start;
        pty.write('\x1bq');
        setTimeout(() => pty.write('q'), 100);
      }
    });
    pty.onExit(() => {
      clearTimeout(timer);
      if (ready === undefined) reject(new Error('the cockpit ended before it was ready'));
      else resolve({ frame, ready });
    });
  });
}

const row = (name, value, bare, limit) => ({
  name,
  value,
  unit: 'ms',
  ratio: value / bare,
  target: `≤ ${limit} × node -e 0`,
  ok: value <= limit * bare,
});

export async function run() {
  const place = makePlace();
  try {
    // The first run starts the daemon, the second writes the compile cache.
    place.boocode('ls');
    place.boocode('ls');
    const bare = [];
    const ls = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(timed(['-e', '0'], place));
      ls.push(timed([program, 'ls'], { cwd: place.root, env: place.env }));
    }
    const rows = [
      { name: 'node -e 0', value: median(bare), unit: 'ms', ratio: 1, target: null, ok: true },
      row('boocode ls', median(ls), median(bare), 3),
    ];
    await openCockpit(place);
    const opened = [];
    for (let round = 0; round < COCKPIT_ROUNDS; round++) opened.push(await openCockpit(place));
    rows.push(row('first painted frame', median(opened.map((one) => one.frame)), median(bare), 4));
    rows.push(row('ready for keys', median(opened.map((one) => one.ready)), median(bare), 8));
    return rows;
  } finally {
    place.close();
  }
}
