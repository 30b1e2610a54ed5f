// A hundred thousand tool calls: how long until they are known, what that costs in memory, how long a list, a filter and a key take.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import xterm from '@xterm/headless';
import { spawn } from 'node-pty';
import { Ledger } from '../../src/core/traces/ledger.ts';
import { ensureFolder } from '../../src/storage/folder.ts';
import { claimFolder } from '../../src/storage/owner.ts';
import { projectPaths } from '../../src/util/paths.ts';
import { agentWith } from '../core/agents.ts';
import { createRandom } from '../support/random.ts';
import { makePlace, median, openClient, program, residentMb, timed, waitUntil } from './support.mjs';

const AGENTS = 8;
const TURNS = 250;
const CALLS = 50;
const TOOLS = ['Bash', 'Read', 'Edit', 'Grep', 'WebFetch'];
const KEYS = 80;

const idOf = (n) => `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** The record of one agent, line by line: turns of tool calls with what they used. */
function recordOf(n, turns, calls) {
  const { below } = createRandom(n);
  const lines = [];
  let at = Date.parse('2026-03-10T08:00:00Z');
  const put = (event) => lines.push(JSON.stringify({ seq: lines.length + 1, event: { at, epoch: 1, ...event } }));
  const agent = agentWith({
    id: idOf(n),
    name: `agent-${n}`,
    task: `agent-${n}`,
    runtime: 'claude-stream',
    createdAt: at,
  });
  put({ type: 'created', agent });
  for (let turn = 1; turn <= turns; turn++) {
    put({ type: 'turnStarted', turn, prompt: `Do part ${turn} of it`, model: 'opus' });
    for (let c = 0; c < calls; c++) {
      const call = `toolu_${turn}_${c}`;
      const input = JSON.stringify({ command: `npm test -- --filter ${below(1e6)}`, description: 'x'.repeat(120) });
      const title = `src/module-${below(900)}/file.ts`;
      put({ type: 'toolStarted', call, turn, tool: TOOLS[below(5)], kind: 'execute', title, input, locations: [] });
      at += 5 + below(20_000);
      const failed = below(30) === 0;
      const output = 'a line of output\n'.repeat(30);
      const end = { outcome: failed ? 'failed' : 'done', error: failed ? 'exit code 2' : null, diff: null };
      put({ type: 'toolFinished', call, output, ...end, durationMs: null });
      const tokens = { input: 200, output: 90, cacheRead: below(900), cacheWrite: 20, reasoning: 30 };
      const provenance = { tokens: 'reported', cost: 'reported' };
      put({ type: 'used', turn, key: `m_${turn}_${c}`, model: null, tokens, usd: 0.002, provenance });
    }
    put({ type: 'turnEnded', turn, outcome: 'completed', message: null, durationMs: null });
  }
  put({ type: 'exited', exit: { code: 0, signal: null } });
  return lines;
}

/** Folding alone, against parsing the same lines. */
function fold() {
  const lines = recordOf(1, 67, 50).slice(0, 10_000);
  const runs = Array.from({ length: 9 }, () => {
    const from = performance.now();
    const parsed = lines.map((text) => JSON.parse(text));
    const read = performance.now();
    const ledger = new Ledger({ id: idOf(1), name: '' });
    for (const [place, line] of parsed.entries()) ledger.take(line, place);
    return { parse: read - from, fold: performance.now() - read };
  });
  return { parse: median(runs.map(({ parse }) => parse)), fold: median(runs.map((run) => run.fold)) };
}

function fill(place) {
  ensureFolder(place.root);
  claimFolder({ root: place.root, now: Date.now(), env: place.env });
  const { sessions } = projectPaths(place.root);
  let bytes = 0;
  let parse = 0;
  for (let n = 1; n <= AGENTS; n++) {
    const lines = recordOf(n, TURNS, CALLS);
    const text = `${lines.join('\n')}\n`;
    bytes += text.length;
    writeFileSync(join(sessions, `completed-${idOf(n)}.jsonl`), text, { mode: 0o600 });
    const from = performance.now();
    for (const line of lines) JSON.parse(line);
    parse += performance.now() - from;
  }
  return { bytes, parse };
}

async function timesOf(count, task) {
  const all = [];
  for (let n = 0; n < count; n++) all.push(await timed(() => task(n)));
  return all;
}

/** From a key to the frame that shows the next call, in a real cockpit on a PTY. */
async function keys(place) {
  const screen = new xterm.Terminal({ cols: 120, rows: 40, allowProposedApi: true });
  const options = { cols: 120, rows: 40, cwd: place.root, env: place.env };
  const cockpit = spawn(process.execPath, [program], options);
  let version = 0;
  cockpit.onData((data) => screen.write(data, () => version++));
  const rows = () => Array.from({ length: 40 }, (_, y) => screen.buffer.active.getLine(y).translateToString(true));
  const chosen = () => rows().find((row) => row.includes('│▸')) ?? '';
  let shown = '';
  const pressed = async (key, look = chosen) => {
    const from = performance.now();
    cockpit.write(key);
    for (;;) {
      const seen = version;
      const now = look();
      // While a window is on its way no call is chosen.
      if (now !== '' && now !== shown) {
        shown = now;
        return performance.now() - from;
      }
      while (version === seen) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  try {
    await waitUntil('the cockpit shows agents', () => rows().some((row) => row.includes('agent-8')));
    // The limit: the same cockpit going through its list of eight agents, which asks nobody.
    const title = () => /╮╭ (agent-\d)/.exec(rows()[1])?.[1] ?? '';
    shown = title();
    const list = [];
    for (let n = 0; n < KEYS / 2; n++) list.push(await pressed(n % 2 ? 'k' : 'j', title));
    cockpit.write('4');
    await waitUntil('it shows the traces of one', () => rows().some((row) => row.includes('12,500 calls')));
    cockpit.write('a');
    await waitUntil('it shows all traces', () => rows().some((row) => row.includes('100,000 calls')));
    shown = chosen();
    const steps = [];
    for (let n = 0; n < KEYS; n++) steps.push(await pressed('j'));
    const pages = [];
    for (let n = 0; n < KEYS / 2; n++) pages.push(await pressed('\x06'));
    const ends = [];
    for (let n = 0; n < 10; n++) ends.push(await pressed(n % 2 ? 'g' : 'G'));
    return { list, steps, pages, ends, rss: residentMb(cockpit.pid) };
  } finally {
    cockpit.kill();
  }
}

export async function run() {
  const folded = fold();
  const place = makePlace();
  try {
    const { bytes, parse } = fill(place);
    const { client } = await openClient(place);
    const { pid } = await client.call('status', {});
    const before = residentMb(pid);
    const window = (more = {}) =>
      client.call('traces.window', {
        ...{ agent: null, filter: '', order: { group: 'turn', errorsFirst: false }, at: 0, count: 300, around: null },
        ...more,
      });
    const build = await timed(() => window());
    const memory = residentMb(pid) - before;
    const scrolled = await timesOf(40, (n) => window({ at: n * 2000 }));
    const filtered = await timesOf(10, (n) => window({ filter: `filter ${n}12 bash` }));
    const list = { agent: null, filter: '', since: null, errors: false, after: null, limit: 1000, last: true };
    const listed = await timesOf(5, () => client.call('traces.list', list));
    const totals = await timesOf(3, () => client.call('stats.get', { since: null }));
    const { list: limit, steps, pages, ends, rss } = await keys(place);
    client.close();
    const key = (name, times) => {
      const ratio = median(times) / median(limit);
      return {
        name: `key to paint, ${name}, median`,
        value: median(times),
        unit: 'ms',
        ratio,
        target: '≤ 2',
        ok: ratio <= 2,
      };
    };
    const ms = (name, value, most) => ({
      name,
      value,
      unit: 'ms',
      ratio: null,
      target: `≤ ${most}`,
      ok: value <= most,
    });
    return [
      ms('fold 10,000 events', folded.fold, 50),
      {
        name: 'fold / JSON.parse of the same',
        ...{
          value: folded.fold,
          unit: 'ms',
          ratio: folded.fold / folded.parse,
          target: '≤ 1',
          ok: folded.fold <= folded.parse,
        },
      },
      {
        name: `index of 100,000 calls (${Math.round(bytes / 1e6)} MB) / JSON.parse`,
        ...{ value: build, unit: 'ms', ratio: build / parse, target: '≤ 6', ok: build <= 6 * parse },
      },
      { name: 'memory of that', value: memory, unit: 'MB', ratio: null, target: '≤ 250', ok: memory <= 250 },
      ms('a window of 300, median', median(scrolled), 50),
      ms('a filter over all, median', median(filtered), 250),
      ms('1,000 with their texts, median', median(listed), 500),
      ms('totals, median', median(totals), 300),
      ms('key to paint, list of agents (the limit), median', median(limit), 50),
      key('next call', steps),
      key('a page', pages),
      key('to an end', ends),
      { name: 'memory of the cockpit', value: rss, unit: 'MB', ratio: null, target: '≤ 250', ok: rss <= 250 },
    ];
  } finally {
    place.close();
  }
}
