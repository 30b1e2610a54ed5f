import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import { createRandom } from '../support/random.ts';
import { eventsOf, ofType, startChat, untilAgent, untilTurn } from './chat.ts';
import { createWorld, kill, type World } from './world.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

const killDaemon = async () => {
  await kill(await world.daemonPid(client));
  client = await world.connect();
};

/** Every event that was read from a report of a host, as that report and part: none twice. */
const origins = (events: readonly AgentEvent[]) =>
  events.flatMap((event) =>
    'from' in event && event.from ? [`${event.epoch}.${event.from.seq}.${event.from.part}`] : [],
  );
const answered = (events: readonly AgentEvent[]) => ofType(events, 'answered').map(({ id }) => id);

describe('a daemon that is killed', () => {
  test.each([1, 2, 3])(
    'at any moment of conversations loses, doubles and answers nothing twice (seed %i)',
    { timeout: 120_000 },
    async (seed) => {
      const chance = createRandom(seed);
      const agents = ['a', 'b'];
      const TURNS = 5;
      const script = (turn: number) =>
        [`say ${turn}-1`, 'wait 30', `run echo ${turn}`, `tokens ${turn} 1`, 'stream 10 3', `say ${turn}-2`].join('\n');
      for (const name of agents) await startChat(world, client, name, script(1));
      let over = false;
      /** What a person does: prompts are given, and everything that is asked is allowed; again, where a kill came between. */
      const person = async (name: string) => {
        for (let turn = 2; turn <= TURNS || !over; ) {
          try {
            const events = await eventsOf(client, name);
            const texts = ofType(events, 'queued').flatMap(({ prompts }) => prompts.map(({ text }) => text));
            if (turn <= TURNS && texts.includes(script(turn))) turn += 1;
            else if (turn <= TURNS) await client.call('agent.prompt', { agent: name, text: script(turn) });
            const { agent } = await client.call('agent.get', { agent: name });
            for (const { id } of agent.approvals ?? []) {
              await client.call('approvals.answer', { id, answer: { verdict: 'once' } });
            }
          } catch {
            // The daemon was killed in the middle of it, or somebody was faster.
          }
          await delay(10);
        }
      };
      const people = Promise.all(agents.map(person));
      for (let kills = 0; kills < 8; kills += 1) {
        await delay(20 + chance.below(400));
        await killDaemon();
      }
      over = true;
      await people;
      for (const name of agents) {
        await untilAgent(client, name, 'has done all', ({ turn, queue, approvals }) => {
          for (const { id } of approvals ?? [])
            void client.call('approvals.answer', { id, answer: { verdict: 'once' } }).catch(() => {});
          return turn?.number === TURNS && turn.startedAt === null && queue === undefined;
        });
        const events = await eventsOf(client, name);
        const turns = Array.from({ length: TURNS }, (_, i) => i + 1);
        expect(ofType(events, 'turnStarted').map(({ turn }) => turn)).toEqual(turns);
        expect(ofType(events, 'turnEnded').map(({ turn, outcome }) => [turn, outcome])).toEqual(
          turns.map((turn) => [turn, 'completed']),
        );
        const said = ofType(events, 'said').map(({ text }) => text.trim());
        expect(said.filter((text) => !text.startsWith('word'))).toEqual(
          turns.flatMap((turn) => [`${turn}-1`, `${turn}-2`]),
        );
        expect(said.filter((text) => text.startsWith('word'))).toHaveLength(TURNS);
        expect(ofType(events, 'toolStarted')).toHaveLength(TURNS);
        expect(ofType(events, 'toolFinished').map(({ outcome, output }) => [outcome, output])).toEqual(
          turns.map((turn) => ['done', `${turn}`]),
        );
        expect(ofType(events, 'prompted').map(({ text }) => text)).toEqual(turns.map(script));
        expect(new Set(origins(events)).size).toBe(origins(events).length);
        expect(new Set(answered(events)).size).toBe(answered(events).length);
        const { agent } = await client.call('agent.get', { agent: name });
        expect(agent.tokens?.input).toBe(turns.reduce((sum, turn) => sum + turn, 0));
      }
    },
  );

  test('while an approval is open: it is shown again, answered once, and the turn goes on', async () => {
    await startChat(world, client, 'c', 'run echo hello\nsay after');
    const before = await untilAgent(client, 'c', 'asks', ({ approvals }) => approvals !== undefined);
    await killDaemon();
    const { approvals } = await client.call('approvals.list', {});
    expect(approvals.map(({ approval }) => approval)).toEqual(before.approvals);
    const { agent } = await client.call('agent.get', { agent: 'c' });
    expect(agent.status).toMatchObject({ state: 'waiting', waitingFor: 'approval' });
    await client.call('approvals.answer', { id: approvals[0]!.approval.id, answer: { verdict: 'once' } });
    await untilTurn(client, 'c', 1);
    expect(ofType(await eventsOf(client, 'c'), 'toolFinished')).toMatchObject([{ outcome: 'done', output: 'hello' }]);
  });

  test('while agents go on: what they say meanwhile is all there afterwards, however much it is', async () => {
    await startChat(world, client, 'c', 'wait 300\nrepeat 12000\nsay end');
    await untilAgent(client, 'c', 'runs', ({ turn }) => turn?.startedAt != null);
    await kill(await world.daemonPid(client));
    await delay(1500);
    client = await world.connect();
    await untilTurn(client, 'c', 1);
    const said = ofType(await eventsOf(client, 'c'), 'said').map(({ text }) => text);
    expect(said).toHaveLength(12_001);
    expect(said[11_999]).toBe('Message 12000 of 12000.');
  });
});
