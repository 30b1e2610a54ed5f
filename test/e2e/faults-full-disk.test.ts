import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { boocode } from '../cli/boocode.ts';
import { mountSmall, unmount } from '../support/disk.ts';
import { tempFolder } from '../support/repository.ts';

const PAGE = 4096;
const mount = (folder: string) => mountSmall(folder, '2m');
const probe = tempFolder('probe');
const canMount = mount(probe);
if (canMount) unmount(probe);
else console.log('skipped: tests of a full disk need the right to mount a tmpfs');

describe.skipIf(!canMount)('a daemon that starts on a full disk', () => {
  let disk: string;
  let root: string;
  beforeEach(() => {
    disk = tempFolder('disk');
    mount(disk);
    root = join(disk, 'project');
    mkdirSync(root);
    execFileSync('git', ['init', '-q'], { cwd: root });
    execFileSync('git', ['commit', '-qm', 'start', '--allow-empty'], { cwd: root });
  });
  afterEach(() => {
    rmSync(join(disk, 'fill'), { force: true });
    boo('daemon', 'stop', '--agents', '--yes');
    unmount(disk);
  });
  const boo = (...args: string[]) => boocode(root, args, { env: { XDG_DATA_HOME: join(disk, 'data') } });
  /** Fills it but for so many pages. */
  const fill = (spare: number) => {
    const script = 'head -c "$2" /dev/zero > "$0" && cat /dev/zero > "$1"; rm "$0"';
    spawnSync('sh', ['-c', script, join(disk, 'spare'), join(disk, 'fill'), `${spare * PAGE}`], { stdio: 'ignore' });
  };

  test.for([0, 1, 2, 4])('says so in a sentence and leaves nothing half-made (%s pages left)', (spare) => {
    fill(spare);
    for (const args of [['ls'], ['new', 'one', '--', 'true']]) {
      const { code, out, err } = boo(...args);
      expect({ code, out }).toEqual({ code: 4, out: '' });
      expect(err).toMatch(
        /^boocode: the daemon could not be started: [^\n]*the disk that holds \S+ is full\n {2}[^\n]*\n$/,
      );
    }
    const sockets = join(process.env.XDG_RUNTIME_DIR!, 'boocode');
    expect(existsSync(sockets) ? readdirSync(sockets) : []).toEqual([]);
    expect(readdirSync(join(root, '.boocode', 'run'))).toEqual([]);
    expect(readdirSync(join(root, '.boocode')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    rmSync(join(disk, 'fill'));
    expect(boo('ls').code).toBe(0);
  });

  test('finds its agents again, shows them and can stop them', () => {
    const { pid } = JSON.parse(boo('new', 'one', '--json', '--', 'cat').out) as { pid: number };
    boo('daemon', 'stop');
    fill(0);
    expect(JSON.parse(boo('ls', '--json').out)).toMatchObject({ agents: [{ name: 'one', pid }] });
    expect(boo('stop', 'one')).toMatchObject({ code: 0 });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
