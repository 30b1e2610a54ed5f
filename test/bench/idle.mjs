// What twenty agents cost that have filled their history and now do nothing: CPU of cockpit, daemon and hosts together,
// and the memory of daemon and hosts, with the small processes that a host has.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from 'node-pty';
import { cpuSeconds, makePlace, program, residentMb } from './support.mjs';

const AGENTS = 20;
const HISTORY_LINES = 5000;
const IDLE_SECONDS = 20;
const SETTLE_SECONDS = 5;
/** Fills the history with lines as a build prints them, then waits for input without end. */
const FILL = `i=0; while [ $i -lt ${HISTORY_LINES + 100} ]; do i=$((i+1)); echo "[$i] compiled src/part$i/module$i.ts in $((i % 97)) ms"; done; exec cat`;

async function waitUntil(what, look) {
  for (let n = 0; n < 600; n++) {
    if (look()) return;
    await delay(100);
  }
  throw new Error(`waited for: ${what}`);
}

/** The small processes of a host's own, by the names that they have in the list of processes. */
function ownOf(host) {
  const children = readFileSync(`/proc/${host}/task/${host}/children`, 'utf8').trim().split(' ');
  return children
    .filter((pid) => /starter\.js|boocode-guardian/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')))
    .map(Number);
}

export async function run() {
  const place = makePlace();
  let cockpit;
  try {
    for (let n = 1; n <= AGENTS; n++) place.boocode('new', `idle${n}`, '--no-worktree', '--', 'sh', '-c', FILL);
    for (let n = 1; n <= AGENTS; n++) {
      await waitUntil(`the history of idle${n}`, () =>
        place.boocode('output', `idle${n}`, '-n', '3').includes(`[${HISTORY_LINES + 100}]`),
      );
    }
    cockpit = spawn(process.execPath, [program], { cols: 200, rows: 50, cwd: place.root, env: place.env });
    let painted = false;
    cockpit.onData((data) => void (painted ||= data.includes('idle1')));
    await waitUntil('the cockpit', () => painted);
    await delay(SETTLE_SECONDS * 1000);
    const status = JSON.parse(place.boocode('daemon', 'status', '--json'));
    const servers = [status.pid, ...status.hosts.flatMap(({ pid }) => [pid, ...ownOf(pid)])];
    const all = [cockpit.pid, ...servers];
    const used = () => all.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    const before = used();
    const start = performance.now();
    await delay(IDLE_SECONDS * 1000);
    const percent = ((used() - before) / ((performance.now() - start) / 1000)) * 100;
    const memory = servers.reduce((sum, pid) => sum + residentMb(pid), 0);
    return [
      {
        name: `idle CPU, ${AGENTS} agents`,
        value: percent,
        unit: '% of a core',
        ratio: null,
        target: '< 1 %',
        ok: percent < 1,
      },
      {
        name: `memory of daemon and ${status.hosts.length} hosts`,
        value: memory,
        unit: 'MB',
        ratio: null,
        target: '≤ 260 MB',
        ok: memory <= 260,
      },
    ];
  } finally {
    cockpit?.kill('SIGTERM');
    place.close();
  }
}
