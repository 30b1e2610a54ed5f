import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verbs } from '../../src/cli/verbs.ts';
import { makeRepository, tempFolder } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { boocode, json, program } from './boocode.ts';

// What needs no daemon. None of these may start one: the last test looks.
const root = makeRepository();

describe('wrong usage', () => {
  test.each([
    [['lss'], 2, 'Did you mean boocode ls?'],
    [['ls', '--al'], 2, 'did you mean --all?'],
    [['new', '--runtime', 'claude', '--profile', 'x'], 2, 'exclude each other'],
    [['new', '--no-worktree', '--branch', 'b', '--', 'cat'], 2, '--no-worktree and --branch exclude each other'],
    [['new', '--no-worktree', '--base', 'main', '--', 'cat'], 2, '--no-worktree and --base exclude each other'],
    [['new', 'x', '--prompt', ''], 2, '--prompt is empty'],
    [['wait', 'x', '--for', 'idel'], 2, 'Did you mean idle?'],
    [['wait', 'x', '--timeout', 'soon'], 2, 'no number of seconds'],
    [['output', 'x', '-n', '0'], 2, 'no whole number'],
    [['output', 'x', '-f', '--json'], 2, 'exclude each other'],
    [['stop'], 2, 'either one AGENT or --all'],
    [['workflow'], 2, 'workflow needs one of ls, show, run, status, cancel, resume, log, combine, forget, new, trust'],
    [['daemon'], 2, 'daemon needs one of status, stop, logs'],
    [['run', '--auto-approve', '--', 'ls'], 2, 'cannot be told to approve everything'],
    [['run', '--auto-approve', '--pause-on-approval'], 2, 'exclude each other'],
    [['pane', 'inbocks'], 2, 'there is no pane "inbocks"'],
    [['pane', 'output'], 2, 'needs an AGENT'],
    [['tmux', '--here'], 2, 'needs a running tmux'],
    [['completion', 'bsh'], 2, 'Did you mean bash?'],
    [['daemon', 'restart'], 2, 'cannot "restart"'],
    [['./nowhere'], 3, 'there is no folder'],
    [['ls', '--project', '/nowhere'], 3, 'there is no folder /nowhere'],
    [['daemon', 'status'], 4, 'no daemon runs'],
    [['daemon', 'logs'], 3, 'there is no log'],
    [['config', 'trust'], 3, 'nothing to trust'],
  ])('%j ▶ %i', (args, code, text) => {
    const done = boocode(root, args);
    expect({ code: done.code, out: done.out }).toEqual({ code, out: '' });
    expect(done.err).toContain(text);
    if (args.includes('--json')) expect(JSON.parse(done.err)).toHaveProperty('error.code');
    else expect(done.err).toMatch(/^boocode: [^\n]+\n( {2}[^\n]+\n)?$/);
  });

  test('what is wrong arrives whole, however slowly it is read', () => {
    // More than a pipe holds; the reader begins when the program has long filled it.
    const verb = 'x'.repeat(100_000);
    const words = ['-c', '"$0" "$1" "$2" 2>&1 | { read -rn 1; sleep 1; cat; }', process.execPath, program, verb];
    expect(execFileSync('bash', words, { cwd: root, encoding: 'utf8' })).toContain(verb);
  });

  test('with --json it is one JSON value on standard error', () => {
    const done = boocode(root, ['daemon', 'status', '--json']);
    expect(done.out).toBe('');
    expect(JSON.parse(done.err)).toEqual({
      error: { code: 'no_daemon', message: `no daemon runs for ${root}`, hint: expect.stringContaining('starts with') },
    });
  });

  test('the cockpit without a terminal says which verbs to use', () => {
    const done = boocode(root, []);
    expect(done.code).toBe(2);
    expect(done.err).toContain('no terminal');
    expect(done.err).toContain('boocode new');
  });
});

describe('around it', () => {
  test('--version is the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(program, '..', '..', 'package.json'), 'utf8'));
    expect(boocode(root, ['--version']).out).toBe(`${version}\n`);
    expect(json(root, '--version')).toMatchObject({ version });
  });

  test('help of a verb has its usage, options and examples, however it is asked for', () => {
    const asked = boocode(root, ['help', 'send']);
    expect(asked.out).toContain('boocode send AGENT TEXT|-');
    expect(asked.out).toContain('--wait');
    expect(boocode(root, ['send', '--help']).out).toBe(asked.out);
    expect(json(root, 'help').verbs).toHaveLength(Object.keys(verbs).length);
  });

  test('a reader that leaves early ends it quietly', () => {
    const script = `"$0" "$1" completion zsh | head -c 10; echo " \${PIPESTATUS[0]}"`;
    const out = execFileSync('bash', ['-c', script, process.execPath, program], { cwd: root, encoding: 'utf8' });
    expect(out).toBe('#compdef b 0\n');
  });

  test('colour only on a terminal, and not against NO_COLOR', async () => {
    expect(boocode(root, ['help', 'ls']).out).not.toContain('\x1b');
    for (const [env, colour] of [
      [{}, true],
      [{ NO_COLOR: '1' }, false],
    ] as const) {
      const terminal = openTerminal([process.execPath, program, 'help', 'ls'], { cwd: root, env });
      expect(await terminal.ended()).toBe(0);
      expect(terminal.raw.includes('\x1b[1m')).toBe(colour);
      terminal.kill();
    }
  });

  test('an old Node gets one sentence', () => {
    const script = `Object.defineProperty(process.versions, 'node', { value: '18.0.0' }); require(${JSON.stringify(program)});`;
    const source = readFileSync(program, 'utf8').replace(/^#!.*/, '');
    const folder = tempFolder('old');
    writeFileSync(join(folder, 'boocode.cjs'), source);
    const run = script.replace(JSON.stringify(program), JSON.stringify(join(folder, 'boocode.cjs')));
    expect(() => execFileSync(process.execPath, ['-e', `${run}`], { encoding: 'utf8', stdio: 'pipe' })).toThrow(
      /needs Node 22 or newer, and this is Node 18\.0\.0/,
    );
  });
});

describe('config', () => {
  const project = makeRepository();
  const path = join(project, '.boocode', 'config.json');
  const write = (text: string) => {
    mkdirSync(join(project, '.boocode'), { recursive: true });
    writeFileSync(path, text);
  };

  test('path and show work without any file', () => {
    expect(json(project, 'config', 'path')).toMatchObject({ project: path });
    expect(json(project, 'config', 'show')).toMatchObject({ history: { lines: 5000 } });
    expect(boocode(project, ['config', 'check']).out).toContain('no config file');
  });

  test('a mistake is told with file, line and column, and gives 1', () => {
    write('{\n  "history": { "lines": "many" }\n}\n');
    const done = boocode(project, ['config', 'check']);
    expect(done.code).toBe(1);
    expect(done.out).toContain(`${path}:2:`);
    expect(done.out).toContain('history.lines');
  });

  test('a rule for approvals that can never match is told with its place and that of the one before it', () => {
    write(`{ "approvals": [
  { "action": "allow", "command": "git *" },
  { "action": "deny", "command": "git push*" },
  { "action": "allow", "runtime": "clod" }
] }`);
    const { code, out } = boocode(project, ['config', 'check']);
    expect(code).toBe(1);
    expect(out).toContain(`${path}:3:3: approvals.1: it can never match`);
    expect(out).toContain(`${path}:2`);
    expect(out).toContain(`${path}:4:35: approvals.2.runtime: there is no runtime "clod"`);
  });

  test('keys that nobody can press or of no command, and a profile of no runtime, are told with their places', () => {
    write(`{ "profiles": { "a": { "runtime": "clod" } },
  "keys": { "leave": "C-", "fly": "x",
    "quit": "n" } }`);
    const { code, out } = boocode(project, ['config', 'check']);
    expect(code).toBe(1);
    expect(out.trim().split('\n')).toEqual([
      `${path}:2:22: keys.leave: "C-" is no key. Keys are written like x, C-x, M-x, F5, PageUp.`,
      expect.stringContaining(`${path}:2:35: keys.fly: there is no command "fly".`),
      expect.stringContaining(`${path}:3:13: keys.quit: n is already quit; new has lost it.`),
      `${path}:1:35: profiles.a.runtime: there is no runtime "clod". boocode doctor lists them.`,
    ]);
    const { findings } = json<{ findings: { id: string; level: string }[] }>(project, 'doctor');
    expect(findings.filter(({ id }) => id === 'config').map(({ level }) => level)).toEqual(Array(4).fill('warning'));
  });

  test('what was allowed for good is shown, and taken back by its number', () => {
    const { allowed } = json<{ allowed: string }>(project, 'config', 'path');
    expect(boocode(project, ['config', 'forget']).code).toBe(3);
    const rule = { action: 'allow', tool: 'Bash', command: 'npm test' };
    mkdirSync(dirname(allowed), { recursive: true });
    writeFileSync(allowed, JSON.stringify({ root: realpathSync(project), rules: [rule] }));
    expect(json(project, 'config', 'show')).toMatchObject({ allowed: { rules: [rule] } });
    expect(boocode(project, ['config', 'forget']).out).toContain('1  allow tool "Bash", command "npm test"');
    expect(boocode(project, ['config', 'forget', '2']).code).toBe(3);
    expect(json(project, 'config', 'forget', '1')).toEqual({ forgotten: rule });
    expect(json(project, 'config', 'show')).toMatchObject({ allowed: { rules: [] } });
    expect(boocode(project, ['config', 'show', '1']).code).toBe(2);
  });

  test('where the system has no place for the data folder, that is said at once', () => {
    write('{ "worktrees": { "setup": ["echo one"] } }');
    // The system answers that /proc itself is missing, and recursive mkdir of Node tries again without end.
    const env = { XDG_DATA_HOME: '/proc/nowhere' };
    const trusted = boocode(project, ['config', 'trust', '--yes'], { env, timeout: 20_000 });
    expect(trusted).toMatchObject({ code: 1, err: expect.stringContaining('XDG_DATA_HOME') });
    const started = boocode(project, ['new', '--', 'true'], { env, timeout: 20_000 });
    expect(started.code).toBe(4);
    expect(started.err).toMatch(/could not be started: \/proc\/nowhere\/boocode could not be made/);
  });

  test('commands of a project wait for trust, and for trust again when they change', () => {
    write('{ "worktrees": { "setup": ["echo one"] } }');
    expect(json(project, 'config', 'check')).toMatchObject({ ok: true, trusted: false });
    const refused = boocode(project, ['config', 'trust']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--yes');
    expect(json(project, 'config', 'trust', '--yes')).toMatchObject({ trusted: true });
    expect(json(project, 'config', 'show')).toMatchObject({ worktrees: { setup: ['echo one'] } });
    write('{ "worktrees": { "setup": ["echo two"] } }');
    expect(json(project, 'config', 'show')).toMatchObject({ worktrees: { setup: [] } });
  });
});

test('doctor finds what is here, and opens a real PTY', () => {
  const { code, out } = boocode(root, ['doctor', '--json']);
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: { id: string; level: string; text: string }[] };
  expect({ code, ok }).toEqual({ code: 0, ok: true });
  const level = Object.fromEntries(findings.map((one) => [one.id, one.level]));
  expect(level).toMatchObject({ node: 'ok', git: 'ok', pty: 'ok', sockets: 'ok', project: 'ok', daemon: 'ok' });
  expect(findings.find((one) => one.id === 'pty')!.text).toMatch(/\/dev\//);
});

test('doctor gives 1 when git is missing', () => {
  const done = boocode(root, ['doctor'], { env: { PATH: '/nowhere' } });
  expect(done.code).toBe(1);
  expect(done.out).toMatch(/✖ +git/);
});

test('none of this has started a daemon', () => {
  expect(boocode(root, ['daemon', 'status']).code).toBe(4);
});
