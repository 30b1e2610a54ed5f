// From a second agent's write to lines that another one has changed, to the note that tells everybody: twenty agents in worktrees of a
// repository with 2,000 files, five of which write all the time. And the judgement of pairs of edits against one that is made by hand.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { collide } from '../../src/core/collide.ts';
import { anyPair, pencil, text } from '../support/edits.ts';
import { createRandom } from '../support/random.ts';
import { commitFiles, fileAt, makePlace, openClient, quantile } from './support.mjs';

const FILES = 2000;
const AGENTS = 20;
const WRITERS = 5;
/** Between two writes of one of them, in milliseconds. */
const WRITE_MS = 50;
const TRIES = Number(process.env.BENCH_TRIES ?? 150);
const PAIRS = 10_000;

const lines = (n, line, value) =>
  Array.from({ length: 50 }, (_, i) => (i === line ? `${value}\n` : `${n}.${i}\n`)).join('');

/** Each agent writes lines into files of its own, one after the other, until it is stopped. */
function keepWriting(agents) {
  let count = 0;
  const timers = agents.map((agent, index) =>
    setInterval(() => {
      const n = 1000 + index * 20 + (count++ % 20);
      writeFileSync(join(agent.worktree, fileAt(n)), lines(n, count % 50, `write ${count}`));
    }, WRITE_MS),
  );
  return () => timers.forEach((timer) => void clearInterval(timer));
}

async function latencies() {
  const place = makePlace();
  const seen = new Map();
  const waiting = new Map();
  const collisions = ({ collisions: all }) => {
    for (const { file, severity, ids } of all) {
      const key = `${file} ${severity} ${[...ids].sort().join(' ')}`;
      if (seen.has(key)) continue;
      seen.set(key, performance.now());
      waiting.get(key)?.();
    }
  };
  try {
    commitFiles(place, FILES);
    const { client, start } = await openClient(place, { collisions });
    await client.call('subscribe', {});
    const agents = [];
    for (let n = 0; n < AGENTS; n++) agents.push(await start(`agent${n}`));
    for (const agent of agents) await client.call('changes.list', { agent: agent.id, fresh: true });
    const stop = keepWriting(agents.slice(0, WRITERS));
    await delay(2000);
    const times = [];
    for (let n = 0; n < TRIES; n++) {
      const [a, b] = [agents[n % AGENTS], agents[(n * 7 + 3) % AGENTS]];
      if (a === b) continue;
      writeFileSync(join(a.worktree, fileAt(n)), lines(n, 20, 'first'));
      await delay(300);
      const key = `${fileAt(n)} same_line ${[a.id, b.id].sort().join(' ')}`;
      const { promise, resolve } = Promise.withResolvers();
      waiting.set(key, resolve);
      const from = performance.now();
      writeFileSync(join(b.worktree, fileAt(n)), lines(n, 20, 'second'));
      await Promise.race([promise, delay(20_000)]);
      times.push((seen.get(key) ?? Number.POSITIVE_INFINITY) - from);
    }
    stop();
    await client.call('stop', { agents: true }).catch(() => {});
    client.close();
    return times;
  } finally {
    place.close();
  }
}

/** How many of the pairs `collide` judges as somebody would who marks lines with a pencil. */
function judged() {
  let equal = 0;
  for (let seed = 1; seed <= PAIRS; seed++) {
    const [a, b] = anyPair(createRandom(seed));
    if (collide(text(a), text(b)).severity === pencil(a, b)) equal++;
  }
  return equal;
}

export async function run() {
  const times = await latencies();
  const row = (name, share, most) => {
    const value = quantile(times, share);
    const title = `second write to the same line ▶ collision, ${name}`;
    return { name: title, value, unit: 'ms', ratio: null, target: `≤ ${most} ms`, ok: value <= most };
  };
  const equal = judged();
  return [
    row('p50', 0.5, 300),
    row('p99', 0.99, 1000),
    {
      name: `severities as by hand, of ${PAIRS} pairs of edits`,
      value: equal,
      unit: 'pairs',
      ratio: equal / PAIRS,
      target: `${PAIRS}`,
      ok: equal === PAIRS,
    },
  ];
}
