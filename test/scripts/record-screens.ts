// Records what the screen of a real agent shows through a session, with what was truly so at each moment, for the corpus that
// rules of screens are judged by (test/support/recorded.ts):
//
//   node test/scripts/record-screens.ts AGENT PROGRAM SESSION COLS ROWS FILE.json.gz
//
// AGENT: claude, codex, gemini, opencode or qwen; PROGRAM: its command, e.g. node_modules/.bin/claude; SESSION: errands or chores. The models are scripted ones of
// this project, so no network is needed. What is true is told by what was pressed and by what the models were asked and had answered,
// never by the screen; only that the program is up is seen on it. Another agent is another entry in ways.ts.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Host } from '../../src/host/host.ts';
import type { Size } from '../../src/schema/agent.ts';
import type { HostPulse } from '../../src/schema/host.ts';
import { memoryPair } from '../../src/wire/memory.ts';
import { type HostClient, hostClient } from '../support/host.ts';
import type { Script, ToolCall } from '../support/models/script.ts';
import { type Models, startModels } from '../support/models/server.ts';
import type { Recorded, Truth } from '../support/recorded.ts';
import { AGENTS, until } from './ways.ts';

/** How long each thing stands, and how long a model thinks; milliseconds. */
const STANDS_MS = 4000;
const THINKS_MS = 2500;
/** Between two keys of one interrupt: less, and a program takes them for one sequence. */
const KEYS_MS = 200;

const think = { delayMs: THINKS_MS };
type Step = 'allow' | 'deny' | 'interrupt';

interface Session {
  script(shell: (command: string) => ToolCall): Script;
  /** What is said, and what is pressed in its turn. */
  turns: readonly (readonly [prompt: string, ...steps: Step[]])[];
}

const ADVICE = `## What to do

1. Read **the whole** of it.
2. Ask whether it may be sold.

\`\`\`js
const sold = stock.filter((one) => one.sold);
\`\`\`

> Do you want to know more? It is a question that nobody has to answer.
`;

const SESSIONS: Record<string, Session> = {
  errands: {
    script: (shell) => ({
      flows: [
        { when: 'COUNT', replies: [{ ...think, text: 'One, two, three: that is all there is to count here.' }] },
        {
          when: 'LIST',
          replies: [
            { ...think, text: 'I look what there is.', tools: [shell('touch a-b.txt; sleep 3; ls')] },
            { ...think, text: 'It is listed.' },
          ],
        },
        {
          when: 'NOTE',
          replies: [
            {
              ...think,
              text: 'I note it.',
              tools: [{ tool: 'write', path: 'note.md', content: '# Note\n\nremember\n' }],
            },
            { ...think, text: 'It is noted.' },
          ],
        },
      ],
    }),
    turns: [['COUNT now'], ['LIST it all', 'allow'], ['NOTE this down', 'deny']],
  },
  chores: {
    script: (shell) => ({
      flows: [
        { when: 'ADVISE', replies: [{ ...think, text: ADVICE, pieceMs: 400 }] },
        {
          when: 'STOCK',
          replies: [
            {
              ...think,
              thinking: 'A list first, then the shelf.',
              tools: [{ tool: 'write', path: 'stock.csv', content: 'pears,3\nplums,40\n' }],
            },
            { ...think, text: 'Now the shelf.', tools: [shell('mkdir shelf; sleep 2; echo full')] },
            { ...think, text: 'And away with it.', tools: [shell('rm -r shelf')] },
          ],
        },
        { when: 'STORY', replies: [{ text: 'There was once a shop that was never shut, and its', holdHalf: 'never' }] },
      ],
    }),
    turns: [
      ['ADVISE me, please'],
      ['STOCK the shop', 'allow', 'allow', 'deny'],
      ['STORY of the shop', 'interrupt'],
      ['ADVISE me again'],
    ],
  },
};

/** Every request of the conversation has its whole answer, and there are more than `before`. */
const answered = (models: Models, before: number) => () => {
  const all = models.asked.filter(({ side }) => !side);
  return all.length > before && all.every(({ done }) => done);
};
const count = (models: Models) => models.asked.filter(({ side }) => !side).length;

async function record(agent: string, program: string, session: Session, { cols, rows }: Size): Promise<Recorded> {
  const way = AGENTS[agent];
  if (!way) throw new Error(`there is no ${agent}; known: ${Object.keys(AGENTS).join(', ')}`);
  const top = mkdtempSync(join(tmpdir(), 'screens-'));
  const [home, repo] = [join(top, 'home'), join(top, 'shop')];
  for (const folder of [home, repo]) mkdirSync(folder);
  execFileSync('git', ['init', '-q'], { cwd: repo });
  const shell = way.shell ?? ((command) => ({ tool: 'bash', command }));
  await using models = await startModels(session.script(shell), { cwd: repo });
  const { url } = models;
  for (const [name, text] of Object.entries(way.files({ url, home, repo }))) {
    mkdirSync(join(home, name, '..'), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  const env = {
    PATH: process.env.PATH!,
    HOME: home,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    ...way.env({ url, home }),
  };
  const version =
    /\d+\.\d+\.\d+/.exec(execFileSync(program, ['--version'], { env, encoding: 'utf8' }))?.[0] ?? 'unknown';
  const host = new Host({ id: 'rec', onDone: () => {}, log: () => {} });
  const [near, far] = memoryPair();
  host.serve(far);
  const client = hostClient(near);
  await client.peer.ready;
  await client.call('events', { after: 0 });
  const started = Date.now();
  const pulses: Timed[] = [];
  client.onPulse((pulse) => pulses.push({ pulse, at: Date.now() }));
  const marks: Mark[] = [{ at: 0, truth: 'start' }];
  const mark = (truth: Truth, waitingFor?: string) =>
    marks.push({ at: Date.now() - started, truth, ...(waitingFor && { waitingFor }) });
  const spawn = {
    argv: [program, ...way.args(url)],
    cwd: repo,
    env,
    size: { cols, rows },
    kind: 'pty' as const,
    stdin: null,
  };
  await client.call('spawn', { child: 'c', ...spawn, historyLines: 200, recording: null, background: 'dark' });
  const type = (text: string) => client.type('c', text);
  const shows = async (pattern: RegExp) => pattern.test(`\n${await client.text('c')}`);
  const say = async (text: string) => {
    for (const char of text) {
      type(char);
      await delay(30);
    }
    await delay(400);
    type('\r');
    mark('running');
  };
  try {
    // What it asks at its start may come after its input line was there.
    const skip = async () => {
      if (!way.skip || !(await shows(way.skip.when))) return;
      for (const key of way.skip.keys) {
        type(key);
        await delay(500);
      }
    };
    await until('it is up', async () => skip().then(() => shows(way.ready)));
    await delay(5000);
    await skip();
    await delay(1500);
    mark('idle');
    await delay(STANDS_MS);
    for (const [prompt, ...steps] of session.turns) {
      let before = count(models);
      await say(prompt);
      for (const step of steps) {
        if (step === 'interrupt') {
          await until('the model is asked', () => count(models) > before);
          await delay(STANDS_MS);
        } else {
          await until('the model has answered', answered(models, before));
          mark('waiting', 'approval');
          await delay(STANDS_MS);
        }
        before = count(models);
        for (const [index, key] of (step === 'interrupt' ? way.interrupt : [way[step]]).entries()) {
          if (index > 0) await delay(KEYS_MS);
          type(key);
        }
        mark(step === 'allow' ? 'running' : 'idle');
      }
      if (marks.at(-1)!.truth !== 'idle') {
        await until('the model has answered to the end', answered(models, before));
        mark('idle');
      }
      await delay(STANDS_MS);
    }
    mark('ended');
  } catch (error) {
    throw new Error(`${agent} shows:\n${await client.text('c')}\n`, { cause: error });
  } finally {
    await client.call('stop', { child: 'c', graceMs: 1000 }).catch(() => {});
    host.close();
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  }
  return { agent, version, cols, rows, events: eventsOf({ client, pulses, marks }, { started, rows, top }) };
}

type Events = Recorded['events'];
type Mark = { at: number; truth: Truth; waitingFor?: string };
type Timed = { pulse: HostPulse; at: number };

/** Pulses as the rows that changed, titles and bells, and what was true, in the order of time. Its own folder is no part of it. */
function eventsOf(
  seen: { client: HostClient; pulses: readonly Timed[]; marks: readonly Mark[] },
  { started, rows, top }: { started: number; rows: number; top: string },
): Events {
  const { client, pulses, marks } = seen;
  const clean = (text: string) => text.replaceAll(top, '/home/ann'.padEnd(top.length, '-').slice(0, top.length));
  const lines = Array.from({ length: rows }, () => '');
  const out: Events = [...marks];
  for (const { event, at } of client.events) {
    if (event.type === 'title') out.push({ at: at - started, title: clean(event.title) });
    if (event.type === 'bell') out.push({ at: at - started, bell: true });
  }
  for (const { pulse, at } of pulses) {
    const { lines: now, cursor, settled, outputAt } = pulse;
    const changed = now.flatMap((text, y) => (lines[y] === clean(text) ? [] : [[String(y), clean(text)] as const]));
    for (const [y, text] of changed) lines[Number(y)] = text;
    out.push({
      at: at - started,
      rows: Object.fromEntries(changed),
      cursor: [cursor.x, cursor.y],
      settled,
      outAt: outputAt - started,
    });
  }
  return out.sort((a, b) => a.at - b.at);
}

const [agent, program, session, cols, rows, file] = process.argv.slice(2);
if (!file || !SESSIONS[session!]) throw new Error('AGENT PROGRAM SESSION COLS ROWS FILE.json.gz');
const recorded = await record(agent!, program!, SESSIONS[session!]!, { cols: Number(cols), rows: Number(rows) });
writeFileSync(file, gzipSync(JSON.stringify(recorded), { level: 9 }));
console.log(`${agent} ${recorded.version} at ${cols}×${rows}: ${recorded.events.length} moments in ${file}`);
process.exit(0);
