import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addTokens, NO_TOKENS } from '../../src/core/activity.ts';
import { pastOf } from '../../src/daemon/sessions/past.ts';
import { Session, type SessionNeeds } from '../../src/daemon/sessions/session.ts';
import { runtimeOf } from '../../src/runtimes/choose.ts';
import type { Driver, Effect } from '../../src/runtimes/driver.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import { agentWith } from '../runtimes/claude/replay.ts';
import { createRandom, type Random } from '../support/random.ts';

const agent = { id: 'a', epoch: 1, host: 'h' } as Agent;

type Make = (past: AgentEvent[], record: readonly AgentEvent[]) => Driver;

/** A driver whose lines say what it wants done. */
const scripted =
  (start: Effect[]): Make =>
  () =>
    ({ start: () => start, line: (_: string, text: string) => JSON.parse(text) as Effect[] }) as unknown as Driver;

/** The world outside of a daemon: what is on record, what the host has, what the agent has read. */
class World {
  readonly record: AgentEvent[] = [];
  readonly written: string[] = [];
  readonly names = new Set<string>();
  acked = 0;
  /** Steps that are still done before the daemon is dead. */
  left: number;

  constructor(left: number) {
    this.left = left;
  }

  step(task: () => void): void {
    if (this.left <= 0) return;
    this.left -= 1;
    task();
  }

  needs(): SessionNeeds {
    const link = {
      show() {},
      call: async (_method: string, { text, once }: { text: string; once: string }) => {
        const again = this.names.has(once);
        if (!again) {
          this.step(() => {
            this.names.add(once);
            this.written.push(text);
          });
        }
        return { queued: 0, again };
      },
    };
    const store = {
      get: () => ({ agents: { a: agent } }),
      agent: () => agent,
      record: (_id: string, fact: object, stamp: object) =>
        this.step(() => this.record.push({ ...fact, ...stamp } as AgentEvent)),
    };
    return { store, hosts: { get: () => link }, log: { warn() {} }, delta() {}, flush() {} } as unknown as SessionNeeds;
  }

  /** One daemon: it takes up the life, and reads all lines that the host still has, until it is dead. */
  live(make: Make, lines: readonly string[], acks: boolean): void {
    const kept = lines.map((text, index) => ({ text, seq: index + 1 })).filter(({ seq }) => seq > this.acked);
    const first = kept[0]?.seq ?? null;
    const past = pastOf([...this.record], agent, (newest) => newest > 0 && (first === null || first > newest));
    const on = { onTurn() {}, onTurnEnds() {}, onReceipt() {}, onRefused() {} };
    const driver = make(past.events, this.record);
    const session = new Session(agent, driver, past, this.needs(), on);
    if (past.newest === null || past.newest === 0)
      session.take(0, 1, () => driver.start({ resume: null, prompt: null }));
    for (const { text, seq } of kept) {
      if (this.left <= 0) return;
      session.take(seq, 1, () => driver.line('stdout', text, 1));
      if (acks && this.left > 0) this.acked = Math.max(this.acked, Math.min(seq, session.hold ?? seq));
    }
  }
}

function effects({ below, chance }: Random, name: string): Effect[] {
  return Array.from({ length: below(4) }, (_, i): Effect => {
    const text = `${name}.${i}`;
    if (chance(0.5)) return { type: 'write', text };
    return { type: 'report', report: { type: 'said', item: text, who: 'agent', text } };
  });
}

/** Of a recording (a path below test/fixtures): what makes its driver, and what was printed. */
function replayed(name: string): { make: Make; lines: string[] } {
  const runtime = name.startsWith('exec/') ? 'claude-exec' : 'claude-stream';
  const text = readFileSync(join(import.meta.dirname, '../fixtures', `${name}.txt`), 'utf8');
  return {
    lines: text.split('\n').flatMap((line) => (line.startsWith('< ') ? [line.slice(2)] : [])),
    make(past, record) {
      const known = record.find((event) => event.type === 'session');
      const begun = record.some((event) => event.type === 'turnStarted');
      // What the reducer makes of the record.
      const agent = agentWith({
        sessionId: known?.sessionId ?? null,
        queue: begun ? undefined : [{ id: 'start-1', text: 'change it', carried: true }],
        ...Object.assign({}, ...record.map((event) => (event.type === 'configured' ? configuredBy(event) : {}))),
      });
      return runtimeOf(runtime).structured!.driver({ agent, past });
    },
  };
}

const saidOf = (record: readonly AgentEvent[]) => record.map((event) => (event.type === 'said' ? event.text : ''));

describe('a session', () => {
  test('comes to the same wherever its daemon is killed, once or again and again, however much the host still has', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = createRandom(seed);
      const start = effects(random, 'start');
      const lines = Array.from({ length: 6 }, (_, i) => JSON.stringify(effects(random, `line${i}`)));
      const whole = new World(Number.POSITIVE_INFINITY);
      whole.live(scripted(start), lines, false);
      const steps = whole.record.length + whole.written.length;
      for (let at = 0; at <= steps; at += 1) {
        for (const acks of [false, true]) {
          const world = new World(at);
          for (let daemons = 0; daemons < 50; daemons += 1) {
            world.live(scripted(start), lines, acks);
            if (world.left > 0) break;
            // The next one comes a little further, the last one to the end.
            world.left = daemons > 40 ? Number.POSITIVE_INFINITY : 1 + random.below(3);
          }
          expect(saidOf(world.record), `seed ${seed}, killed at ${at}`).toEqual(saidOf(whole.record));
          expect(world.written, `seed ${seed}, killed at ${at}`).toEqual(whole.written);
        }
      }
    }
  });

  test.each(['claude/prompt', 'claude/tools', 'claude/two', 'exec/claude-work'])(
    'counts what Claude Code did and used once wherever its daemon is killed (%s)',
    (name) => {
      const { make, lines } = replayed(name);
      const whole = new World(Number.POSITIVE_INFINITY);
      whole.live(make, lines, false);
      expect(usedIn(whole.record).input).toBeGreaterThan(0);
      for (let at = 1; at <= whole.record.length; at += 1) {
        const world = new World(at);
        world.live(make, lines, false);
        world.left = Number.POSITIVE_INFINITY;
        world.live(make, lines, false);
        expect(usedIn(world.record), `killed at ${at}`).toEqual(usedIn(whole.record));
        expect(typesOf(world.record), `killed at ${at}`).toEqual(typesOf(whole.record));
      }
    },
  );
});

const usedIn = (record: readonly AgentEvent[]) =>
  record.reduce((sum, event) => (event.type === 'used' ? addTokens(sum, event.tokens ?? NO_TOKENS) : sum), NO_TOKENS);

/** What was told, but for sums: those come in other parts, and together to the same. */
const typesOf = (record: readonly AgentEvent[]) =>
  record.map(({ type }) => type).filter((type) => type !== 'used' && type !== 'context');

const configuredBy = ({ model, mode }: Extract<AgentEvent, { type: 'configured' }>) => ({
  ...(model && { model }),
  ...(mode && { mode }),
});
