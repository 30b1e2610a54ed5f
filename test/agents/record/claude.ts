// Makes test/fixtures/claude anew: node test/agents/record/claude.ts PROGRAM [RECORDING…]. Needs Node 24 and the real program.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Script } from '../../support/models/script.ts';
import { type Models, startModels } from '../../support/models/server.ts';
import { recordings } from './claude-recordings.ts';
import { type Pipe, startPipe } from './pipe.ts';

/** One recording: what the models answer, and what is said to the program. */
export interface Recording {
  script: Script;
  args?: string[];
  env?: Record<string, string>;
  /** Beside the recording of this name: in its folder and home, so that its session is there. */
  after?: string;
  /** `session` is the last one of the recording before. */
  steps(pipe: Pipe, models: Models): Promise<void>;
}

const ALWAYS = '-p --input-format stream-json --output-format stream-json --verbose --include-partial-messages';
const STDIO = '--permission-prompt-tool stdio --replay-user-messages';

/** Lists of what is installed: long, and of no use here. */
const LISTS = new Set('commands agents slash_commands terminal_slash_commands skills plugins capabilities'.split(' '));

const [program, ...wanted] = process.argv.slice(2);
if (program === undefined) throw new Error('say which program: node test/agents/record/claude.ts PROGRAM [RECORDING…]');
const fixtures = process.env.RECORD_TO ?? resolve(import.meta.dirname, '../../fixtures/claude');
const root = realpathSync(mkdtempSync(join(tmpdir(), 'boocode-record-')));
const folders = new Map<string, { home: string; cwd: string; session: string }>();

for (const [name, recording] of Object.entries(recordings)) {
  if (wanted.length > 0 && !wanted.some((one) => name === one || recordings[one]?.after === name)) continue;
  const place = (recording.after && folders.get(recording.after)) || newPlace(name);
  folders.set(name, place);
  await using models = await startModels(recording.script);
  const args = (recording.args ?? []).map((arg) => arg.replace('SESSION', place.session));
  const argv = [resolve(program), ...`${ALWAYS} ${STDIO}`.split(' '), ...args];
  const pipe = startPipe(argv, { cwd: place.cwd, env: { ...environment(place.home, models.url), ...recording.env } });
  try {
    await recording.steps(pipe, models);
    pipe.close();
    await pipe.ended;
  } catch (error) {
    console.error(`${name}: ${error}`);
  }
  if (!pipe.lines.at(-1)?.startsWith('= ')) pipe.signal('SIGKILL');
  place.session = String(pipe.heard().findLast(({ session_id }) => session_id)?.session_id ?? place.session);
  if (models.unknown.length > 0) console.error(`${name}: not answered: ${models.unknown.join(', ')}`);
  const used = models.asked.map(({ usage, side }) => `# ${side ? 'side ' : ''}${JSON.stringify(usage)}`);
  writeFileSync(
    join(fixtures, `${name}.txt`),
    `${[...used, ...pipe.lines].map((line) => shorten(line, place)).join('\n')}\n`,
  );
  console.log(`${name}: ${pipe.lines.length} lines`);
}
rmSync(root, { recursive: true, force: true });

function newPlace(name: string) {
  const [home, cwd] = [join(root, `${name}-home`), join(root, name)];
  mkdirSync(home);
  execFileSync('git', ['init', '-q', cwd]);
  writeFileSync(join(cwd, 'greeting.txt'), 'hello\nworld\n');
  return { home, cwd, session: '' };
}

function environment(home: string, url: string): NodeJS.ProcessEnv {
  return {
    ...{ PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
    ...{ DISABLE_AUTOUPDATER: '1', ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'not-a-key' },
  };
}

/** What differs from one recording to the next, or is long and means nothing here, is cut. */
function shorten(line: string, { home, cwd }: { home: string; cwd: string }): string {
  return withoutLists(line)
    .replaceAll(home, '/home/dev')
    .replaceAll(cwd, '/home/dev/project')
    .replaceAll(cwd.replace(/[^a-zA-Z0-9]/g, '-'), '-home-dev-project')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
}

function withoutLists(line: string): string {
  if (!line.startsWith('< {')) return line;
  const cut = (key: string, value: unknown) => (LISTS.has(key) && Array.isArray(value) ? [] : value);
  return `< ${JSON.stringify(JSON.parse(line.slice(2)), cut)}`;
}
