// How long a request takes from leaving an agent until it is in the inbox of a client, and an answer from the client until the
// agent has it: through the agent's pipe, the bridge of its protocol, its host, the daemon (on record first) and the socket.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePlace, median, openClient, plainEnv, quantile } from './support.mjs';

const REQUESTS = 100;
/** The first ones warm up the programs and are not counted. */
const WARM = 10;
/** Milliseconds, of 95 in 100. */
const TO_INBOX = 100;
const TO_AGENT = 50;

const now = () => performance.timeOrigin + performance.now();
const p95 = (list) => quantile(list, 0.95);

async function measure() {
  const place = makePlace();
  const log = join(place.root, '..', 'asker.log');
  const shown = new Map();
  const pressed = new Map();
  let client;
  let done;
  const all = new Promise((resolve) => (done = resolve));
  const on = {
    event({ event }) {
      if (event.type !== 'asked') return;
      const n = Number(/\d+$/.exec(event.approval.title)[0]);
      shown.set(n, now());
      // As a person would: later, and not in the same breath.
      setTimeout(() => {
        pressed.set(n, now());
        void client.call('approvals.answer', { id: event.approval.id, answer: { verdict: 'once' } }).then(() => {
          if (n === REQUESTS) done();
        });
      }, 20);
    },
  };
  try {
    ({ client } = await openClient(place, on));
    client.call('subscribe', {});
    const argv = [process.execPath, join(import.meta.dirname, 'fixtures', 'asker.mjs')];
    const env = { ...plainEnv(place.env), ASKER_LOG: log, ASKER_COUNT: String(REQUESTS) };
    const ask = { name: 'asker', runtime: 'acp', argv, prompt: 'go', cwd: place.root, env, worktree: false };
    await client.call('agent.new', ask);
    await all;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const lines = readFileSync(log, 'utf8').trim().split('\n').slice(WARM);
    const rows = lines.map((line) => line.split(' ').map(Number));
    return {
      toInbox: rows.map(([n, left]) => shown.get(n) - left),
      toAgent: rows.map(([n, , came]) => came - pressed.get(n)),
    };
  } finally {
    client?.close();
    place.close();
  }
}

export async function run() {
  const { toInbox, toAgent } = await measure();
  const row = (name, list, limit) => ({
    name: `${name}, 95 of 100 (half: ${median(list).toFixed(1)} ms)`,
    value: p95(list),
    unit: 'ms',
    ratio: p95(list) / limit,
    target: `≤ ${limit} ms`,
    ok: p95(list) <= limit,
  });
  return [
    row('approval: from the agent to the inbox', toInbox, TO_INBOX),
    row('approval: from the answer to the agent', toAgent, TO_AGENT),
  ];
}
