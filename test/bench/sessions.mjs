// Conversations: how long one of 10,000 events takes to open (asked of the daemon, answered and checked), and what thirty agents that
// stream fifty events a second each cost the daemon while somebody listens to all of them.
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds, makePlace, median, openClient, plainEnv, waitUntil } from './support.mjs';

const EVENTS = 10_000;
const OPENS = 15;
const AGENTS = Number(process.env.BENCH_AGENTS ?? 30);
const PER_SECOND = 50;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const OPEN_MS = 150;
const SHARE = 15;

const ask = (place, name, prompt) => ({
  name,
  runtime: 'demo-chat',
  prompt,
  mode: 'auto',
  cwd: place.root,
  worktree: false,
  env: plainEnv(place.env),
});
const isOver = ({ turn }) => turn?.startedAt === null;

async function openings() {
  const place = makePlace();
  try {
    const { client } = await openClient(place);
    await client.call('agent.new', ask(place, 'long', `repeat ${EVENTS}`));
    await waitUntil('it has said all', async () => isOver((await client.call('agent.get', { agent: 'long' })).agent));
    const times = [];
    for (let n = 0; n < OPENS; n++) {
      const from = performance.now();
      const { lines } = await client.call('session.events', {
        agent: 'long',
        after: 0,
        before: null,
        limit: 20_000,
        activity: true,
      });
      times.push(performance.now() - from);
      if (lines.length < EVENTS) throw new Error(`${lines.length} events instead of ${EVENTS}`);
    }
    await client.call('stop', { agents: true }).catch(() => {});
    client.close();
    return median(times);
  } finally {
    place.close();
  }
}

/** Share of a core, in percent, that the daemon needs while all agents work at `script`, and events a second that were heard. */
async function streaming(script) {
  const place = makePlace();
  let heard = 0;
  try {
    const { client } = await openClient(place, {
      event: () => void heard++,
      deltas: ({ deltas }) => void (heard += deltas.length),
    });
    await client.call('subscribe', {});
    for (let n = 0; n < AGENTS; n++) await client.call('agent.new', ask(place, `agent${n}`, `wait 1\n${script}`));
    const { pid } = await client.call('status', {});
    await delay(2000);
    const [before, from, at] = [cpuSeconds(pid), performance.now(), heard];
    await delay(SECONDS * 1000);
    const seconds = (performance.now() - from) / 1000;
    const share = ((cpuSeconds(pid) - before) / seconds) * 100;
    const perSecond = (heard - at) / seconds;
    await client.call('stop', { agents: true }).catch(() => {});
    client.close();
    return { share, perSecond };
  } finally {
    place.close();
  }
}

export async function run() {
  const opening = await openings();
  const length = (SECONDS + 60) * PER_SECOND;
  const ms = 1000 / PER_SECOND;
  const second = `stream ${PER_SECOND - 5} ${ms}\nread README.md\nread README.md`;
  const mixed = await streaming(Array.from({ length: SECONDS + 60 }, () => second).join('\n'));
  const whole = await streaming(`repeat ${length} ${ms}`);
  const row = (name, { share, perSecond }) => ({
    name: `${AGENTS} agents × ${PER_SECOND} events/s, ${name} (${Math.round(perSecond)}/s heard): daemon`,
    value: share,
    unit: '% of a core',
    ratio: share / SHARE,
    target: `≤ ${SHARE} %`,
    ok: share <= SHARE,
  });
  return [
    {
      name: `a conversation of ${EVENTS} events opens`,
      value: opening,
      unit: 'ms',
      ratio: opening / OPEN_MS,
      target: `≤ ${OPEN_MS} ms`,
      ok: opening <= OPEN_MS,
    },
    row('text that grows, and tools', mixed),
    row('each one recorded', whole),
  ];
}
