// Scripts: how long a sandbox takes to start, what the engine adds to each of 200 calls of the demo agent (against the same agents driven
// by hand, in the same run), and a run of which everything is taken from the cache.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { runScript } from '../../src/sandbox/sandbox.ts';
import { DEFAULT_LIMITS } from '../../src/schema/script.ts';
import { cpuSeconds, makePlace, median, openClient, plainEnv } from './support.mjs';

const CALLS = Number(process.env.BENCH_CALLS ?? 200);
const LIMIT = 20;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const STARTS = 15;
const START_MS = 60;
const OVERHEAD_MS = 10;
const CACHED_MS = 500;

const SCRIPT = `export const meta = { name: 'many', description: 'as many calls as are wanted' };
export default async function main({ count, limit, round }) {
  return parallel(Array.from({ length: count }, (_, n) => () => agent('say ' + round + ' ' + n)), { limit });
}
`;

/** From the start of a script's thread to its result, in milliseconds. */
async function sandboxStart() {
  const times = [];
  for (let n = 0; n < STARTS; n++) {
    const from = performance.now();
    const none = async () => null;
    const { result } = runScript({
      file: 'start.js',
      module: 'export default () => 1;',
      args: {},
      budget: { tokens: null, usd: null },
      clock: { now: 0, seed: 1 },
      limits: DEFAULT_LIMITS,
      doors: { agent: none, workflow: none, phase() {}, log() {} },
      signal: new AbortController().signal,
    });
    if ((await result) !== 1) throw new Error('the script gave something else');
    times.push(performance.now() - from);
  }
  return median(times);
}

/** A thread that says one word: what a sandbox's start is seen against on a busy machine. */
async function emptyThread() {
  const times = [];
  for (let n = 0; n < STARTS; n++) {
    const from = performance.now();
    const worker = new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true, env: {} });
    await once(worker, 'message');
    times.push(performance.now() - from);
    await worker.terminate();
  }
  return median(times);
}

/** Carries out `count` tasks, LIMIT at once. */
async function together(count, task) {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: LIMIT }, worker));
}

/** The same agents as a run of the script has, driven from here. */
async function byHand({ client, place }, round) {
  const from = performance.now();
  await together(CALLS, async (n) => {
    const ask = { name: `hand-${round}-${n}`, runtime: 'demo-chat', prompt: `say ${round} ${n}`, headless: true };
    const { agent } = await client.call('agent.new', { ...ask, cwd: place.root, env: plainEnv(place.env) });
    const { text } = await client.call('turn.wait', { agent: agent.id, turn: 1, maxToolCalls: null });
    if (text !== `${round} ${n}`) throw new Error(`${agent.name} said ${text}`);
    await client.call('agent.stop', { agent: agent.id, because: 'done' });
  });
  return performance.now() - from;
}

/** A run of the script, from the request to the end of its process. */
async function byEngine({ client, place, ended }, round) {
  const from = performance.now();
  const args = { count: CALLS, limit: LIMIT, round };
  const start = { workflow: 'many', args, runtime: 'demo-chat', cwd: place.root, env: plainEnv(place.env) };
  const { agent } = await client.call('run.start', start);
  const event = await ended(agent.id);
  const ms = performance.now() - from;
  const results = event.outcome === 'completed' ? JSON.parse(event.result) : [];
  if (results.length !== CALLS || results.some((text, n) => text !== `${round} ${n}`))
    throw new Error(`the run gave ${event.error ?? event.result}`);
  return { ms, agent };
}

/** A daemon with the script, and a promise for the end of each run. */
async function open() {
  const place = makePlace();
  mkdirSync(join(place.env.XDG_CONFIG_HOME, 'boocode'));
  const config = { worktrees: { enabled: false }, workflows: { limits: { agents: LIMIT, calls: CALLS } } };
  writeFileSync(join(place.env.XDG_CONFIG_HOME, 'boocode/config.json'), JSON.stringify(config));
  mkdirSync(join(place.env.HOME, '.boocode/workflows'), { recursive: true });
  writeFileSync(join(place.env.HOME, '.boocode/workflows/many.js'), SCRIPT);
  const ends = new Map();
  const endOf = (id) => {
    if (!ends.has(id)) ends.set(id, Promise.withResolvers());
    return ends.get(id);
  };
  const { client } = await openClient(place, {
    event: ({ agent, event }) => event.type === 'runEnded' && endOf(agent).resolve(event),
  });
  await client.call('subscribe', {});
  return { place, client, ended: (id) => endOf(id).promise };
}

export async function run() {
  const start = await sandboxStart();
  const thread = await emptyThread();
  const cpu = { hand: [], engine: [] };
  const hand = [];
  const engine = [];
  const cached = [];
  const bench = await open();
  try {
    const { pid } = await bench.client.call('status', {});
    for (let round = 0; round < ROUNDS; round++) {
      const before = cpuSeconds(pid);
      hand.push(await byHand(bench, round));
      const between = cpuSeconds(pid);
      engine.push((await byEngine(bench, round)).ms);
      cpu.hand.push(between - before);
      cpu.engine.push(cpuSeconds(pid) - between);
      const again = await byEngine(bench, round);
      const { run } = await bench.client.call('run.get', { agent: again.agent.id });
      const hits = run.steps.filter((step) => step.cached).length;
      if (hits !== CALLS) throw new Error(`${hits} of ${CALLS} calls were taken from the cache`);
      cached.push(again.ms);
    }
    await bench.client.call('stop', { agents: true }).catch(() => {});
    bench.client.close();
  } finally {
    bench.place.close();
  }
  const over = median(engine.map((ms, n) => (ms - hand[n]) / CALLS));
  const row = (name, value, limit, unit = 'ms') => ({
    name,
    value,
    unit,
    ratio: limit === null ? null : value / limit,
    target: limit === null ? null : `≤ ${limit} ms`,
    ok: limit === null || value <= limit,
  });
  return [
    row('a sandbox starts, runs and gives its result', start, START_MS),
    row('  an empty thread', thread, null),
    row(`${CALLS} calls, ${LIMIT} at once, by hand`, median(hand), null),
    row('  as a run of a script', median(engine), null),
    row('  what the engine adds to each', over, OVERHEAD_MS),
    row('  CPU of the daemon for each, by hand', (median(cpu.hand) / CALLS) * 1000, null),
    row('  as a run of a script', (median(cpu.engine) / CALLS) * 1000, null),
    row(`${CALLS} calls taken from the cache`, median(cached), CACHED_MS),
  ];
}
