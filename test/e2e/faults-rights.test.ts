import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { boocode, type Done, json, program } from '../cli/boocode.ts';
import { makeRepository, sh, tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';

/** Rights do not bind root: as root these tests act as a user that owns nothing else (nobody). */
const USER = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

let home: string;
let run: string;
let root: string;
const envOf = () => ({
  ...process.env,
  HOME: home,
  XDG_RUNTIME_DIR: run,
  XDG_DATA_HOME: join(home, 'data'),
  XDG_CONFIG_HOME: join(home, 'config'),
  XDG_CACHE_HOME: join(home, 'cache'),
});
const own = (path: string) => {
  if (USER.uid !== undefined) chownSync(path, USER.uid, USER.gid);
  return path;
};
function boo(...args: string[]): Done {
  const options = { cwd: root, env: envOf(), encoding: 'utf8', timeout: 60_000, ...USER } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
  return { code: status, out: stdout, err: stderr };
}
const ourSockets = () => (existsSync(join(run, 'boocode')) ? readdirSync(join(run, 'boocode')) : []);

/** The checkout and the folder for temporary files may lie where nobody else may look. */
const FOLDER = process.env.BOOCODE_TEST_ROOT!;
chmodSync(FOLDER, 0o711);
const probe = { ...USER, env: { PATH: process.env.PATH } };
const canRun =
  spawnSync(process.execPath, [program, '--version'], probe).status === 0 &&
  spawnSync('test', ['-x', FOLDER], probe).status === 0;

describe.skipIf(!canRun)('without the rights', () => {
  beforeEach(() => {
    home = own(tempFolder('home'));
    run = own(tempFolder('run'));
    root = own(tempFolder('project'));
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore', env: envOf(), ...USER });
    git('init', '-q');
    git('-c', 'user.name=T', '-c', 'user.email=t@example.invalid', 'commit', '-qm', 'start', '--allow-empty');
  });
  afterEach(() => {
    chmodSync(root, 0o755);
    boo('daemon', 'stop', '--agents', '--yes');
  });

  test('a project that cannot be written is told in a sentence, and nothing is left anywhere', () => {
    chmodSync(root, 0o555);
    for (const args of [['ls'], ['new', 'one', '--', 'true'], ['run', '--', 'true']]) {
      expect(boo(...args)).toEqual({
        code: 4,
        out: '',
        err: expect.stringMatching(
          /^boocode: .* cannot be written: permission denied\n {2}.*make the project writable\.\n$/,
        ),
      });
    }
    expect(boo('doctor').code).toBe(0);
    expect(readdirSync(root)).toEqual(['.git']);
    expect(ourSockets()).toEqual([]);
  });

  test.for(['state.json', 'sessions', 'owner', 'run', 'log', '.'])(
    'what cannot be read in .boocode (%s) is named, and the agents are there when it can be',
    async (name) => {
      const { pid } = JSON.parse(boo('new', 'one', '--json', '--', 'cat').out) as { pid: number };
      const path = join(root, '.boocode', name);
      boo('daemon', 'stop');
      await until(
        'the daemon has written its state and left',
        () => readdirSync(join(root, '.boocode', 'run')).length === 0,
      );
      const mode = name === 'state.json' || name === 'owner' ? 0o600 : 0o700;
      chmodSync(path, 0);
      for (const args of [['ls'], ['new', 'two', '--', 'true']]) {
        const { code, out, err } = boo(...args);
        expect({ code, out }).toEqual({ code: expect.toBeOneOf([1, 4]), out: '' });
        expect(err).toMatch(
          new RegExp(`^boocode: [^\\n]*${name === '.' ? 'log' : name}[^\\n]*permission denied\\n {2}[^\\n]*\\n$`),
        );
        expect(err).not.toContain('EACCES');
      }
      chmodSync(path, mode);
      expect(JSON.parse(boo('ls', '--json').out)).toMatchObject({ agents: [{ name: 'one', pid }] });
      expect(readdirSync(join(root, '.boocode')).filter((one) => /foreign|broken/.test(one))).toEqual([]);
    },
  );

  test('a config that cannot be read is said with its place, and the agent starts', () => {
    mkdirSync(join(root, '.boocode'));
    own(join(root, '.boocode'));
    const file = join(root, '.boocode', 'config.json');
    writeFileSync(file, '{}');
    chmodSync(file, 0);
    if (USER.uid === undefined) chmodSync(file, 0);
    const { code, err } = boo('new', 'one', '--', 'true');
    expect({ code, err }).toMatchObject({
      code: 0,
      err: expect.stringContaining(`${file}: it cannot be read: permission denied.`),
    });
  });
});

const canLimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

test.skipIf(!canLimit)(
  'a terminal that cannot be opened: one sentence, nothing half made, and the others go on',
  async () => {
    const project = makeRepository();
    const { pid } = json<{ pid: number }>(project, 'new', 'one', '--', 'cat');
    const { hosts } = json<{ hosts: { pid: number }[] }>(project, 'daemon', 'status');
    const host = hosts[0]!.pid;
    const limit = (count: number) => sh(project, 'prlimit', '--pid', String(host), `--nofile=${count}:`);
    limit(readdirSync(`/proc/${host}/fd`).length);
    const { code, out, err } = boocode(project, ['new', 'two', '--', 'cat']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^boocode: no terminal could be opened for \S+cat: [^\n]*[^.]\n {2}[^\n]*ulimit -n[^\n]*\n$/);
    expect(sh(project, 'git', 'branch', '--format=%(refname:short)').trim().split('\n')).toEqual(['boo/one', 'main']);
    expect(sh(project, 'git', 'worktree', 'list').trim().split('\n')).toHaveLength(2);
    expect(json(project, 'ls', '--all')).toMatchObject({ agents: [{ name: 'one', pid }] });
    limit(1024);
    expect(json(project, 'new', 'two', '--', 'cat')).toMatchObject({ status: { state: 'running' } });
    boocode(project, ['daemon', 'stop', '--agents', '--yes']);
  },
);
