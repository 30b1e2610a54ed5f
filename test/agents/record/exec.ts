// Makes test/fixtures/exec anew: node test/agents/record/exec.ts CLI PROGRAM. Needs Node 24 and the real program.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Script } from '../../support/models/script.ts';
import { startModels } from '../../support/models/server.ts';

interface Cli {
  args: string[];
  resume(session: string): string[];
  /** What its first line with an id calls it. */
  session: RegExp;
  env(url: string): Record<string, string>;
}

const CLIS: Record<string, Cli> = {
  claude: {
    args: '-p --output-format stream-json --verbose --include-partial-messages --permission-mode acceptEdits'.split(
      ' ',
    ),
    resume: (session) => ['--resume', session],
    session: /"session_id":"([^"]+)"/,
    env: (url) => ({
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: 'not-a-key',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_MAX_RETRIES: '1',
    }),
  },
  qwen: {
    args: '--auth-type openai --output-format stream-json --include-partial-messages --approval-mode yolo'.split(' '),
    resume: (session) => ['--resume', session],
    session: /"session_id":"([^"]+)"/,
    env: (url) => ({ OPENAI_API_KEY: 'not-a-key', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'fake-model' }),
  },
};

const SCRIPT: Script = {
  flows: [
    { when: 'fail', replies: [{ status: 401, error: 'this key is not valid' }] },
    {
      when: 'write',
      replies: [
        {
          thinking: 'A file is wanted.',
          text: 'I write it.',
          tools: [{ tool: 'write', path: 'new.txt', content: 'one\ntwo\n' }],
          usage: { input: 100, output: 40, cacheRead: 2000 },
        },
        { tools: [{ tool: 'bash', command: 'wc -l new.txt' }], usage: { input: 50, output: 20, cacheRead: 2100 } },
        { text: 'It has two lines.', usage: { input: 20, output: 10, cacheRead: 2200 } },
      ],
    },
  ],
  after: { text: 'I remember.', usage: { input: 15, output: 5, cacheRead: 2300 } },
};

const [cli = '', program = ''] = process.argv.slice(2);
const { args, resume, session, env } = CLIS[cli]!;
const root = realpathSync(mkdtempSync(join(tmpdir(), 'boocode-record-')));
const [home, cwd] = [join(root, 'home'), join(root, 'project')];
mkdirSync(home);
execFileSync('git', ['init', '-q', cwd]);
const fixtures = resolve(import.meta.dirname, '../../fixtures/exec');
mkdirSync(fixtures, { recursive: true });

let id = '';
for (const [name, prompt] of [
  ['work', 'write a file'],
  ['resume', 'do you remember?'],
  ['fail', 'fail now'],
] as const) {
  await using models = await startModels(SCRIPT, { cwd });
  const more = name === 'resume' ? resume(id) : [];
  const child = spawn(resolve(program), [...args, ...more], {
    cwd,
    env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', NO_COLOR: '1', ...env(models.url) },
    stdio: 'pipe',
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(`< ${line}`));
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(`! ${line}`));
  child.stdin.end(prompt);
  await new Promise<void>((done) => {
    child.once('close', (code, signal) => {
      lines.push(`= ${signal ?? code}`);
      done();
    });
  });
  id ||= session.exec(lines.join('\n'))?.[1] ?? '';
  const used = models.asked.filter(({ side }) => !side).map(({ usage }) => `# ${JSON.stringify(usage)}`);
  const text = [...used, ...lines].map((line) =>
    line.replaceAll(cwd, '/home/dev/project').replaceAll(home, '/home/dev'),
  );
  writeFileSync(
    join(fixtures, `${cli}-${name}.txt`),
    `${text.join('\n').replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')}\n`,
  );
  console.log(`${cli}-${name}: ${lines.length} lines`);
}
rmSync(root, { recursive: true, force: true });
