/*
 * Records what the real `codex app-server` says to our driver: node test/runtimes/codex/record.ts PROGRAM [SCENARIO …]
 * It talks to scripted models on loopback, in a folder and with a home of its own. Run it again for a new version, and read the diff.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { codexDriver } from '../../../src/runtimes/codex/driver.ts';
import type { Driver, Effect } from '../../../src/runtimes/driver.ts';
import type { Answer, Approval } from '../../../src/schema/approval.ts';
import { type Models, startModels } from '../../support/models/server.ts';
import { recordingAgent, type Step, steps } from './recording.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const [program = 'codex', ...names] = process.argv.slice(2);
const root = mkdtempSync(join(tmpdir(), 'codex-'));
const home = join(root, 'home');
const cwd = join(root, 'project');
const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'codex');

function prepare(): void {
  mkdirSync(join(home, '.codex'), { recursive: true });
  mkdirSync(cwd);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', cwd, '-c', 'user.name=T', '-c', 'user.email=t@t', ...args]);
  writeFileSync(join(cwd, 'a.txt'), 'one\ntwo\nthree\n');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'first');
}

const config = (models: Models) => [
  ...['-c', 'model="gpt-5.5"', '-c', 'model_provider="scripted"'],
  ...[
    '-c',
    `model_providers.scripted={name="Scripted",base_url="${models.url}/v1",env_key="KEY",wire_api="responses",request_max_retries=0,stream_max_retries=1}`,
  ],
];

/** One process of it: what it prints goes to the driver, and what that writes back. */
class Life {
  readonly log: Step[] = [];
  asked: Approval[] = [];
  sessionId: string | null = null;
  ended = 0;
  running = false;
  readonly #child;
  readonly #driver: Driver;
  readonly exited: Promise<void>;

  constructor(models: Models, scenario: Scenario, sessionId: string | null) {
    const agent = { ...recordingAgent, cwd, sessionId, mode: scenario.mode ?? null };
    this.#driver = codexDriver({ agent, past: [] });
    this.#child = spawn(program, [...config(models), 'app-server'], {
      cwd,
      env: { PATH: process.env.PATH, HOME: home, KEY: 'none', NO_COLOR: '1' },
      detached: true,
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      createInterface({ input: this.#child[stream] }).on('line', (text) => {
        const at = Date.now();
        this.log.push({ do: 'line', stream, text, at });
        this.#carryOut(this.#driver.line(stream, text, at));
      });
    }
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.log.push({ do: 'exited', exit: { code, signal }, at: Date.now() });
        resolve();
      });
    });
  }

  step(step: Step): void {
    this.log.push(step);
    this.#carryOut(steps(this.#driver, step));
  }

  answer(approval: Approval, answer: Answer): void {
    this.asked = this.asked.filter((one) => one !== approval);
    this.step({ do: 'answer', approval, answer, at: Date.now() });
  }

  close(): void {
    this.#child.stdin.end();
  }

  kill(): void {
    process.kill(-this.#child.pid!, 'SIGKILL');
  }

  #carryOut(effects: Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'write') this.#child.stdin.write(effect.text);
      if (effect.type === 'closeInput') this.#child.stdin.end();
      if (effect.type !== 'report') continue;
      const { report } = effect;
      if (report.type === 'session') this.sessionId = report.sessionId;
      if (report.type === 'turnStarted') this.running = true;
      if (report.type === 'asked') this.asked.push(report.approval);
      if (report.type === 'answered') this.asked = this.asked.filter(({ id }) => id !== report.id);
      if (report.type === 'turnEnded') {
        this.running = false;
        this.ended++;
      }
    }
  }
}

const until = async (what: string, true_: () => unknown): Promise<void> => {
  for (const end = Date.now() + 60_000; !true_(); await delay(20))
    if (Date.now() > end) throw new Error(`never: ${what}`);
};

async function record(name: string, scenario: Scenario): Promise<void> {
  await using models = await startModels(scenario.script, { cwd });
  let sessionId = scenario.resume ?? null;
  const lives: Step[][] = [];
  for (const prompts of scenario.lives) {
    const life = new Life(models, scenario, sessionId);
    life.step({ do: 'start', resume: sessionId, prompt: null, at: Date.now() });
    await until(
      'a session',
      () => life.sessionId !== null || life.log.some((one) => one.do === 'line' && /"error"/.test(one.text)),
    );
    for (const [index, text] of prompts.entries()) {
      const before = life.ended;
      life.step({ do: 'prompt', prompt: { id: `prompt-${index + 1}`, text, images: [] }, at: Date.now() });
      while (life.ended === before) {
        await until(
          'a request, or the end of the turn',
          () => life.asked.length > 0 || life.ended > before || (life.running && scenario.during),
        );
        const [approval] = life.asked;
        if (approval && scenario.answer(approval)) life.answer(approval, scenario.answer(approval)!);
        else if (life.ended === before) {
          await scenario.during?.(models);
          life.step({ do: 'interrupt', at: Date.now() });
          await until('the end of the turn', () => life.ended > before);
        }
      }
    }
    sessionId = life.sessionId;
    scenario.kill ? life.kill() : life.close();
    await life.exited;
    lives.push(life.log);
  }
  const text = lives.map((log) => log.map((step) => JSON.stringify(step)).join('\n')).join('\n\n');
  const short = text
    .replaceAll(cwd, '/project')
    .replaceAll(home, '/home/dev')
    .replaceAll(models.url, 'http://127.0.0.1:1');
  writeFileSync(join(fixtures, `${name}.jsonl`), `${short}\n`);
  process.stdout.write(
    `${name}: ${lives.map((log) => log.length).join(' and ')} steps; not known: ${models.unknown.join(', ') || 'none'}\n`,
  );
}

prepare();
mkdirSync(fixtures, { recursive: true });
for (const [name, scenario] of Object.entries(scenarios))
  if (names.length === 0 || names.includes(name)) await record(name, scenario);
rmSync(root, { recursive: true, force: true, maxRetries: 5 });
