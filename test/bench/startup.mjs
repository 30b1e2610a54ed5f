// How long until `boocode ls` has printed, until the cockpit's first painted frame, and until it answers a key; each against
// `node -e 0` in the same round.
import { spawnSync } from 'node:child_process';
import headless from '@xterm/headless';
import { spawn } from 'node-pty';
import { makePlace, median, program, timed } from './support.mjs';

const ROUNDS = 15;
const COCKPIT_ROUNDS = 7;
const COLS = 120;
const ROWS = 40;
/** The frame is up when the list of sessions has its border; a key is answered when the help stands there. */
const FRAME = /╭ Sessions/;
const HELP = /╭ Help/;
const GIVE_UP_MS = 10_000;

const runNode = (args, options) => {
  const done = spawnSync(process.execPath, args, { ...options, stdio: 'ignore' });
  if (done.status !== 0) throw new Error(`node ${args.join(' ')} ended with ${done.status}`);
};

/** Milliseconds from the start to the first frame, and to the answer to `?`, which is pressed as soon as the frame is there. */
function openCockpit({ root, env }) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const cwd = root;
    const pty = spawn(process.execPath, [program], {
      cols: COLS,
      rows: ROWS,
      cwd,
      env: { ...env, COLORTERM: 'truecolor' },
    });
    const screen = new headless.Terminal({ cols: COLS, rows: ROWS, allowProposedApi: true });
    const shows = (what) =>
      Array.from({ length: ROWS }, (_, y) => screen.buffer.active.getLine(y)?.translateToString(true)).some((line) =>
        what.test(line),
      );
    let frame;
    let ready;
    let left = false;
    const stage = () => (ready !== undefined ? 'left' : frame !== undefined ? 'ready for keys' : 'painted');
    const timer = setTimeout(() => {
      pty.kill('SIGKILL');
      reject(new Error(`the cockpit was not ${stage()} in ${GIVE_UP_MS} ms`));
    }, GIVE_UP_MS);
    screen.onData((answer) => pty.write(answer));
    pty.onData((data) => {
      const at = performance.now() - start;
      screen.write(data, () => {
        if (frame === undefined && shows(FRAME)) {
          frame = at;
          pty.write('?');
        } else if (frame !== undefined && ready === undefined && shows(HELP)) {
          ready = at;
          pty.write('\x1b');
        } else if (ready !== undefined && !left && !shows(HELP)) {
          // Not before the help is closed: a key right after a lone Escape would be told as one with Alt.
          left = true;
          pty.write('q');
        }
      });
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
      bare.push(await timed(() => runNode(['-e', '0'], place)));
      ls.push(await timed(() => runNode([program, 'ls'], { cwd: place.root, env: place.env })));
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
