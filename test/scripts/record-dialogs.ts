// Records the dialogs of their own that real agents show when they start, or before they do what a person has set, at three
// widths, as fixtures that rules of screens are judged by (test/core/agent-dialogs.test.ts):
//
//   node test/scripts/record-dialogs.ts AGENT PROGRAM [NAME…]
//
// Writes test/fixtures/dialogs-of-agents/AGENT.json, of the given names alone what is new. AGENT: an entry of DIALOGS; PROGRAM: its
// command. The models are scripted ones of this project. That a dialog stands is told by its heading, never by the rules.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { detectors } from '../../src/core/detect/index.ts';
import { startTestHost } from '../support/host.ts';
import { startModels } from '../support/models/server.ts';
import type { RecordedDialog } from '../support/recorded.ts';
import { DIALOGS, type Dialog, SCRIPT } from './dialogs.ts';
import { AGENTS, until } from './ways.ts';

const SIZES = [
  { cols: 120, rows: 40 },
  { cols: 80, rows: 24 },
  { cols: 40, rows: 60 },
];
/** A screen that has not changed for so long after its size did is drawn. */
const DRAWN_MS = 1500;

async function record(agent: string, program: string, dialog: Dialog): Promise<RecordedDialog> {
  const way = AGENTS[agent]!;
  const top = mkdtempSync(join(tmpdir(), 'dialogs-'));
  const [home, repo] = [join(top, 'home'), join(top, 'shop')];
  for (const folder of [home, repo]) mkdirSync(folder);
  execFileSync('git', ['init', '-q'], { cwd: repo });
  await using models = await startModels(SCRIPT, { cwd: repo });
  const { url } = models;
  const files = { ...way.files({ url, home, repo }), ...dialog.files?.({ url, home, repo }) };
  for (const [name, text] of Object.entries(files)) {
    const path = name.startsWith('shop/') ? join(top, name) : join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    if (text !== null) writeFileSync(path, text);
  }
  const base = { PATH: process.env.PATH!, HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const env = { ...base, ...way.env({ url, home }), ...dialog.env?.({ url, home }) };
  const said = execFileSync(program, ['--version'], { env, encoding: 'utf8' });
  const version = /\d+\.\d+\.\d+/.exec(said)?.[0] ?? 'unknown';
  const host = await startTestHost();
  const { client } = host;
  const argv = [program, ...(dialog.args ?? way.args)(url)];
  const terminal = {
    kind: 'pty' as const,
    stdin: null,
    historyLines: 200,
    recording: null,
    background: 'dark' as const,
  };
  const [first] = SIZES;
  await client.call('spawn', { child: 'c', argv, cwd: repo, env, size: first!, ...terminal });
  const shows = async (pattern: RegExp) => pattern.test((await client.text('c')).replace(/\s+/g, ' '));
  try {
    for (const [wait, ...keys] of dialog.steps ?? []) {
      await until(String(wait), () => shows(wait));
      await delay(DRAWN_MS);
      for (const key of keys) {
        client.type('c', key);
        await delay(300);
      }
    }
    const screens: RecordedDialog['screens'] = [];
    for (const size of SIZES.filter(({ cols }) => cols >= (dialog.from ?? 0))) {
      await client.call('resize', { child: 'c', size });
      await until(`${dialog.shows} at ${size.cols}`, () => shows(dialog.shows));
      await delay(DRAWN_MS);
      const { lines, cursor, title } = await client.call('screen', { child: 'c', ansi: false });
      const clean = (text: string) => text.replaceAll(top, '/home/ann'.padEnd(top.length, '-').slice(0, top.length));
      screens.push({
        cols: size.cols,
        title: clean(title),
        cursor: [cursor.x, cursor.y],
        lines: lines.map((line) => clean(line).trimEnd()),
      });
    }
    return { name: dialog.name, version, waitingFor: dialog.waitingFor ?? 'input', screens };
  } catch (error) {
    throw new Error(`${agent} ${dialog.name} shows:\n${await client.text('c')}\n`, { cause: error });
  } finally {
    await host.stop();
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  }
}

const [agent, program, ...names] = process.argv.slice(2);
if (!program || !DIALOGS[agent!]) throw new Error(`AGENT PROGRAM [NAME…]; known: ${Object.keys(DIALOGS).join(', ')}`);
const path = join(import.meta.dirname, `../fixtures/dialogs-of-agents/${agent}.json`);
const kept: RecordedDialog[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
for (const dialog of DIALOGS[agent!]!.filter(({ name }) => names.length === 0 || names.includes(name))) {
  try {
    const one = await record(agent!, program, dialog);
    const at = kept.findIndex(({ name }) => name === one.name);
    kept.splice(at < 0 ? kept.length : at, at < 0 ? 0 : 1, one);
    for (const { cols, cursor, title, lines } of one.screens) {
      const seen = detectors[agent!]!({ lines, title, cursor: { x: cursor[0], y: cursor[1] } });
      console.log(
        `${one.name} at ${cols}: ${seen ? `${seen.state} ${seen.waitingFor ?? ''} (${seen.detail})` : 'nothing'}`,
      );
    }
  } catch (error) {
    console.error(error);
  }
}
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(kept, null, 1)}\n`);
process.exit(0);
