import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRepository, tempFolder } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';
import { boocode, json, program } from './boocode.ts';

interface RunJson {
  id: string;
  name: string;
  status: string;
  result: unknown;
  error: string | null;
  steps: { label: string; phase: string | null; status: string; agent: string | null; attempt: number }[];
  waiting: { id: string; agent: string; command: string | null }[];
}

let root: string;
beforeAll(() => {
  root = makeRepository();
});
afterAll(() => {
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

/** A script of the project; its `main` is what is given. */
function script(name: string, main: string, meta = ''): void {
  mkdirSync(join(root, '.boocode', 'workflows'), { recursive: true });
  const text = `export const meta = { name: '${name}', description: 'A test', ${meta} };\nexport default async function main(args) {\n${main}\n}\n`;
  writeFileSync(join(root, '.boocode', 'workflows', `${name}.js`), text);
}
const workflow = (...words: string[]) => boocode(root, ['workflow', ...words]);
const run = (name: string, ...more: string[]) => workflow('run', name, '--trust', '--runtime', 'demo', ...more);
const runOf = (name: string) => json<RunJson>(root, 'workflow', 'status', name);
/** Waits until a run is what it must be; its JSON. */
const untilRun = (name: string, state: string, is: (run: RunJson) => boolean) => {
  let last: RunJson | undefined;
  const look = () => (is((last = runOf(name))) ? last : null);
  return until(`${name} ${state}`, look, { seen: () => last });
};

describe('what there is', () => {
  test('ls names all that can be started, where it is from, and why one cannot be', () => {
    script('mine', 'return 1');
    mkdirSync(join(root, '.boocode', 'workflows'), { recursive: true });
    writeFileSync(join(root, '.boocode', 'workflows', 'torn.js'), 'export const meta = {\n  name: "torn",,\n};\n');
    const { code, out } = workflow('ls');
    expect(code).toBe(0);
    expect(out).toMatch(/^review-code +script +built in +ready +Reviews a change/m);
    expect(out).toMatch(/^mine +script +project +not trusted/m);
    expect(out).toMatch(/^torn +script +project +broken/m);
    expect(out).toMatch(/torn\.js:2:\d+: /);
    const { workflows } = json<{ workflows: { name: string; problem: { line: number } | null }[] }>(
      root,
      'workflow',
      'ls',
    );
    expect(workflows.find(({ name }) => name === 'torn')?.problem?.line).toBe(2);
  });

  test('a file of the name of a built-in one is said not to be used', () => {
    script('find-issues', 'return 1');
    expect(workflow('ls').out).toMatch(
      /find-issues\.js is not used: find-issues is also a built-in workflow, which wins/,
    );
  });

  test('show says what one takes and how it is started; --source is the file', () => {
    const { out } = workflow('show', 'deep-research');
    expect(out).toMatch(/question +text +What you want to know \(required\)/);
    expect(out).toContain('boocode workflow run deep-research --arg question=…');
    expect(workflow('show', 'deep-research', '--source').out).toContain('export default async function main');
    expect(workflow('show', 'mine').out).toContain('boocode workflow trust mine');
  });

  test('what there is not is an error with the nearest', () => {
    expect(workflow('show', 'find-isues')).toMatchObject({
      code: 3,
      err: expect.stringContaining('Did you mean find-issues?'),
    });
    expect(workflow('status', 'nothing')).toMatchObject({
      code: 3,
      err: expect.stringContaining('there is no run "nothing"'),
    });
    expect(workflow('shwo')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean boocode workflow show?'),
    });
    expect(workflow('ls', '--fresh')).toMatchObject({ code: 2, err: expect.stringContaining('takes no --fresh') });
    expect(workflow('cancel')).toMatchObject({ code: 2, err: expect.stringContaining('needs RUN') });
  });
});

describe('trust', () => {
  test('a workflow of the project runs only as it was trusted', () => {
    script('careful', 'return 1');
    expect(workflow('run', 'careful')).toMatchObject({ code: 1, err: expect.stringContaining('not trusted') });
    expect(workflow('trust', 'careful')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect(workflow('trust', 'careful', '--yes')).toMatchObject({ code: 0 });
    expect(workflow('run', 'careful', '--wait')).toMatchObject({ code: 0, out: '1\n' });
    script('careful', 'return 2');
    expect(workflow('run', 'careful')).toMatchObject({ code: 1, err: expect.stringContaining('not trusted') });
  });

  test('on a terminal run asks', async () => {
    script('asked', 'return "it ran"');
    const terminal = openTerminal([process.execPath, program, 'workflow', 'run', 'asked', '--wait'], { cwd: root });
    try {
      await terminal.shows('Go on? [y/N]');
      terminal.type('y\r');
      await terminal.shows('it ran');
      expect(await terminal.ended()).toBe(0);
    } finally {
      terminal.kill();
    }
  });
});

test('whoever reads a source on a terminal sees what hides in it; through a pipe it is as it is', async () => {
  script('hides', "return 'a\u202eb\u001b[2K' /* \u200b */");
  expect(workflow('show', 'hides', '--source').out).toContain('a\u202eb\u001b[2K');
  const terminal = openTerminal([process.execPath, program, 'workflow', 'show', 'hides', '--source'], { cwd: root });
  try {
    await terminal.shows("return 'a\\u{202e}b^[[2K' /* \\u{200b} */");
    expect(await terminal.ended()).toBe(0);
  } finally {
    terminal.kill();
  }
});

describe('run', () => {
  test('--wait tells what happens on standard error and prints the result; with --json it is one value', () => {
    script(
      'talks',
      `phase('Talk');
  const all = await parallel(['one', 'two'].map((word) => () => agent('say ' + word, { label: 'says ' + word, worktree: false })));
  log(args.word, 'was wanted');
  return { report: '# ' + all.join(' and ') };`,
      `args: { word: { type: 'string', default: 'none' } }`,
    );
    const { code, out, err } = run('talks', '--wait', '--arg', 'word=x=y');
    expect({ code, out }).toEqual({ code: 0, out: '# one and two\n' });
    expect(err).toMatch(/^talks begins\nTalk\n/m);
    expect(err).toMatch(/^ {2}✓ says one {2}\d+s$/m);
    expect(err).toMatch(/^x=y was wanted$/m);
    expect(err).toMatch(/^talks {2}✓ completed {2}2 of 2 steps/m);

    const value = JSON.parse(run('talks', '--wait', '--json', '--input', '{"word":"z"}').out) as RunJson;
    expect(value).toMatchObject({ status: 'completed', result: { report: '# one and two' }, error: null });
    expect(value.steps.map(({ label, phase, status }) => [label, phase, status]).sort()).toEqual([
      ['says one', 'Talk', 'completed'],
      ['says two', 'Talk', 'completed'],
    ]);
    expect(workflow('log', value.name).out).toMatch(/^\d\d:\d\d:\d\d {2}z was wanted$/m);
    const { lines } = json<{ lines: { kind: string; text: string }[] }>(root, 'workflow', 'log', value.name);
    expect(lines.at(-1)).toMatchObject({ kind: 'ended', text: 'it completed' });
    expect(lines).toContainEqual(expect.objectContaining({ kind: 'phase', text: 'Talk' }));
  });

  test('arguments that are wrong are named before anything is started', () => {
    expect(run('deep-research')).toMatchObject({ code: 2, err: expect.stringContaining('question') });
    expect(run('talks', '--arg', 'wrod=x')).toMatchObject({ code: 2, err: expect.stringContaining('wrod') });
    expect(run('talks', '--arg', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('NAME=VALUE') });
    expect(run('talks', '--input', '[1]')).toMatchObject({ code: 2, err: expect.stringContaining('no JSON object') });
    expect(run('talks', '--budget-usd', 'much')).toMatchObject({ code: 2 });
    expect(run('nothing-such')).toMatchObject({ code: 3 });
  });

  test('where nothing says what its agents are, the first that is found on the machine is taken, and said', () => {
    const bin = tempFolder('bin');
    writeFileSync(join(bin, 'codex'), '#!/bin/sh\necho codex-cli 0.169.0\n', { mode: 0o755 });
    script('plain', 'return 1');
    expect(workflow('ls').code).toBe(0);
    const start = (PATH: string) => boocode(root, ['workflow', 'run', 'plain', '--trust'], { env: { PATH } });
    expect(start(bin)).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^Its agents are Codex/),
    });
    expect(start(tempFolder('nothing'))).toMatchObject({ code: 0, err: expect.stringContaining('--runtime demo') });
  });

  test('a name of both a workflow and a run is the workflow to show, which says so, and the run to status', () => {
    script('named', 'return 1;');
    expect(run('named', '--wait', '--name', 'deep-research').code).toBe(0);
    const shown = workflow('show', 'deep-research');
    expect(shown.out).toContain('boocode workflow run deep-research --arg question=…');
    expect(shown.err).toContain('A run is called deep-research, too: boocode workflow status deep-research shows it.');
    expect(workflow('status', 'deep-research').out).toMatch(/^deep-research .*named/);
  });

  test('one that fails ends with 1 and says where', () => {
    script('fails', '  throw new Error("no luck");');
    const { code, err } = run('fails', '--wait');
    expect(code).toBe(1);
    expect(err).toMatch(/^it failed: no luck \(fails\.js:3/m);
    expect(JSON.parse(run('fails', '--wait', '--json').out)).toMatchObject({ status: 'failed', error: 'no luck' });
  });

  test('one whose time is over ends with 124', () => {
    script('long', "return agent('wait 60000', { worktree: false })");
    expect(run('long', '--wait', '--timeout', '2').code).toBe(124);
  });

  test('what it prints cannot act on the terminal', () => {
    script('sly', "log('a\\u001b]0;x\\u0007b'); return '\\u001b[2Jgone'");
    const { out, err } = run('sly', '--wait');
    expect(out + err).not.toMatch(/\x1b|\x07/);
    expect(out).toContain('[2Jgone');
  });
});

test('a run that waits for a person ends the waiting with 10, and goes on when it is answered', async () => {
  script('asks', "return agent('run echo hi\\nsay done', { label: 'asker', worktree: false })");
  const { code, err } = run('asks', '--wait');
  expect(code).toBe(10);
  expect(err).toContain('It waits for a person:');
  const { status, waiting } = runOf('asks');
  expect({ status, waiting }).toEqual({
    status: 'waiting',
    waiting: [expect.objectContaining({ command: 'echo hi' })],
  });
  expect(err).toContain(`boocode approve ${waiting[0]!.id}`);
  expect(boocode(root, ['approve', waiting[0]!.id]).code).toBe(0);
  expect(workflow('status', 'asks', '--wait')).toMatchObject({ code: 0, out: 'done\n' });
});

test('what was answered before is taken from the cache, and marked; another prompt is asked alone; --fresh asks all', () => {
  const call = (word: string) => `await agent('say ' + ${word}, { label: 'says ' + ${word}, worktree: false })`;
  script('again', `return [${call("'one'")}, ${call('args.word')}]`, "args: { word: { type: 'string' } }");
  const cached = (...more: string[]) => {
    const { code, out } = run('again', '--wait', '--json', ...more);
    expect(code).toBe(0);
    return (JSON.parse(out) as { steps: { label: string; cached: boolean }[] }).steps.map(
      (step) => `${step.label}${step.cached ? ' cached' : ''}`,
    );
  };
  expect(cached('--arg', 'word=two')).toEqual(['says one', 'says two']);
  expect(cached('--arg', 'word=two')).toEqual(['says one cached', 'says two cached']);
  expect(cached('--arg', 'word=three')).toEqual(['says one cached', 'says three']);
  expect(cached('--arg', 'word=two', '--fresh')).toEqual(['says one', 'says two']);
  const { err } = run('again', '--wait', '--arg', 'word=two');
  expect(err).toMatch(/^ {2}✓ says two {2}cached$/m);
  expect(err).toMatch(/2 of 2 steps, 2 cached/);
});

test('cancel stops a run and its agents; resume takes what is done and goes on', async () => {
  script(
    'halves',
    `const one = await agent('say one', { label: 'one', worktree: false });
  const two = await agent('run until [ -e go-on ]; do sleep 0.1; done\\nsay two', { label: 'two', worktree: false });
  return [one, two];`,
  );
  expect(run('halves', '--auto-approve').out).toContain('boocode workflow cancel halves');
  const stepOf = ({ steps }: RunJson, label: string) => steps.find((one) => one.label === label);
  await untilRun('halves', 'is at its second call', (one) => stepOf(one, 'two')?.status === 'running');
  expect(workflow('status').out).toMatch(/^halves +● running/m);
  expect(workflow('cancel', 'halves').out).toContain('boocode workflow resume halves');
  const cancelled = await untilRun('halves', 'was cancelled', ({ status }) => status === 'cancelled');
  expect(stepOf(cancelled, 'one')?.status).toBe('completed');

  writeFileSync(join(root, 'go-on'), '');
  const resumed = workflow('resume', 'halves', '--wait');
  expect(resumed).toMatchObject({ code: 0, out: '[\n  "one",\n  "two"\n]\n' });
  expect(resumed.err).toContain('halves goes on');
  const after = runOf('halves');
  expect(after.status).toBe('completed');
  expect(stepOf(after, 'one')).toEqual(stepOf(cancelled, 'one'));
});

test('following goes on over the end of the daemon', async () => {
  const main =
    "await agent('run until [ -e later ]; do sleep 0.1; done', { label: 'one', worktree: false }); return 'it lasted'";
  script('lasting', main);
  expect(run('lasting', '--auto-approve').code).toBe(0);
  await untilRun('lasting', 'is at work', ({ steps }) => steps[0]?.status === 'running');
  const terminal = openTerminal([process.execPath, program, 'workflow', 'status', 'lasting', '--wait'], { cwd: root });
  try {
    await terminal.shows('● one');
    process.kill(json<{ pid: number }>(root, 'daemon', 'status').pid, 'SIGKILL');
    writeFileSync(join(root, 'later'), '');
    await terminal.shows('it lasted');
    expect(await terminal.ended()).toBe(0);
  } finally {
    terminal.kill();
  }
});

test('Ctrl-C ends the following and not the run', async () => {
  script('lives', "await agent('wait 60000', { label: 'one', worktree: false })");
  const terminal = openTerminal(
    [process.execPath, program, 'workflow', 'run', 'lives', '--trust', '--runtime', 'demo', '--wait'],
    { cwd: root },
  );
  try {
    await terminal.shows('● one');
    terminal.type('\x03');
    expect(await terminal.ended()).toBe(130);
    expect(runOf('lives').status).toBe('running');
    expect(workflow('cancel', 'lives').code).toBe(0);
  } finally {
    terminal.kill();
  }
});

describe('new', () => {
  test('writes a script that runs as it is, trusted, with its types beside it', () => {
    expect(workflow('new', 'my-own')).toMatchObject({
      code: 0,
      out: expect.stringContaining('boocode workflow run my-own --wait'),
    });
    const file = join(root, '.boocode', 'workflows', 'my-own.js');
    expect(readFileSync(file, 'utf8')).toContain("name: 'my-own'");
    expect(existsSync(join(root, '.boocode', 'workflows', 'boocode.d.ts'))).toBe(true);
    const { code, out, err } = workflow('run', 'my-own', '--runtime', 'demo', '--wait', '--arg', 'sides=2');
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^# the structure of this project\n\n## what it does well\n\n- /);
  });

  test('never writes over a file, and refuses a name that could not be used', () => {
    script('there', 'return 1');
    expect(workflow('new', 'there')).toMatchObject({ code: 1, err: expect.stringContaining('is there already') });
    expect(workflow('new', 'review-code')).toMatchObject({ code: 1, err: expect.stringContaining('built-in') });
    expect(workflow('new', 'My Own')).toMatchObject({ code: 2 });
    expect(workflow('new', '../up')).toMatchObject({ code: 2 });
  });

  test('--home writes for all projects, a flow too, which needs no trust', () => {
    const other = makeRepository();
    const env = { HOME: tempFolder('home') };
    try {
      expect(boocode(other, ['workflow', 'new', 'mine-all', '--flow', '--home'], { env }).code).toBe(0);
      expect(existsSync(join(env.HOME, '.boocode', 'flows', 'mine-all.yaml'))).toBe(true);
      expect(existsSync(join(env.HOME, '.boocode', 'flow.schema.json'))).toBe(true);
      expect(boocode(other, ['workflow', 'ls'], { env }).out).toMatch(/^mine-all +flow +yours +ready/m);
    } finally {
      boocode(other, ['daemon', 'stop', '--agents', '--yes'], { env });
    }
  });

  test('follows no link out of the project', () => {
    const other = makeRepository();
    const outside = tempFolder('outside');
    mkdirSync(join(other, '.boocode'));
    symlinkSync(outside, join(other, '.boocode', 'workflows'));
    try {
      expect(boocode(other, ['workflow', 'new', 'mine'])).toMatchObject({
        code: 1,
        err: expect.stringContaining('is a link'),
      });
      expect(readdirSync(outside)).toEqual([]);
    } finally {
      boocode(other, ['daemon', 'stop', '--agents', '--yes']);
    }
  });
});
