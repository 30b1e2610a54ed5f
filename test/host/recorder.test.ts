import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CastFile } from '../../src/host/cast-file.ts';
import { createEmulator } from '../../src/host/emulator/emulator.ts';
import { createRecorder } from '../../src/host/recorder.ts';
import { screenSnapshot } from '../../src/host/screen/snapshot.ts';
import { screenAnsi } from '../../src/host/screen/text.ts';
import { PART_BEGINS } from '../../src/schema/recording.ts';
import { mountSmall, unmount } from '../support/disk.ts';
import { spawnParams, startTestHost, testFolder } from '../support/host.ts';
import { until } from '../support/wait.ts';

type Event = [number, string, string];
let t: Awaited<ReturnType<typeof startTestHost>>;
beforeAll(async () => {
  t = await startTestHost();
});
afterAll(() => t.stop());

const size = { cols: 60, rows: 10 };
const emulator = () => createEmulator({ size, background: 'dark', historyLines: 100, onReply() {}, onEvent() {} });

/** The events of a file in which every line has to be a header, a comment or an event. */
function eventsOf(path: string): Event[] {
  const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(JSON.parse(header!)).toMatchObject({ version: 3 });
  return lines.filter((line) => !line.startsWith('#')).map((line) => JSON.parse(line) as Event);
}

function play(events: Event[]): string[] {
  const screen = emulator();
  for (const [, code, data] of events) {
    if (code === 'o') screen.write(Buffer.from(data));
    const [cols, rows] = data.split('x').map(Number) as [number, number];
    if (code === 'r') screen.resize({ cols, rows });
  }
  return screenAnsi(screen);
}

test('each rotated part shows the right screen when it is played alone', async () => {
  const path = join(testFolder('parts'), 'a.cast');
  const live = emulator();
  const failures: unknown[] = [];
  const recorder = createRecorder({
    path,
    maxBytes: 40_000,
    keep: 50,
    size,
    command: 'test',
    snapshot: () => screenSnapshot(live),
    onPause: (reason) => failures.push(reason),
    onFailure: (reason) => failures.push(reason),
  });
  const put = (text: string) => {
    live.write(Buffer.from(text));
    recorder.output(Buffer.from(text));
  };
  put('\x1b[2;4Hstays \x1b[31mred wörld\x1b[0m');
  for (let i = 0; i < 40; i++) {
    put(`\x1b[${4 + (i % 5)};1H\x1b[${31 + (i % 6)}mrow ${i} ${'x'.repeat(i)}\x1b[0m${'\x1b[m'.repeat(1500)}`);
    await until('it is written', () => existsSync(path));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until('a part is full', () => existsSync(`${path}.1`));
  put('\x1b[10;1Hthe end');
  await recorder.end({ code: null, signal: 'SIGTERM' });
  expect(failures).toEqual([]);
  expect(existsSync(`${path}.1`)).toBe(true);
  const events = eventsOf(path);
  expect(readFileSync(path, 'utf8').split('\n')[1]).toBe(`# ${PART_BEGINS}`);
  expect(events.at(-1)!.slice(1)).toEqual(['x', '143']);
  expect(play(events)).toEqual(screenAnsi(live));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
});

const disk = join(process.env.BOOCODE_TEST_ROOT!, 'small-disk');

test('a disk that is full pauses the recording, not the child; it goes on, with a mark, when there is room', async (context) => {
  if (!mountSmall(disk, '512k')) return context.skip('no small disk can be mounted here (needs root on Linux)');
  try {
    const path = join(disk, 'a.cast');
    const argv = [
      'sh',
      '-c',
      'cat /dev/zero | tr "\\0" "." | head -c 900000; echo; echo FLOODED; read line; echo "$line"; exit 3',
    ];
    await t.client.call('spawn', spawnParams('full', argv, { recording: { path, maxBytes: 1e9, keep: 1 } }));
    const said = () => t.client.of('full', 'recording');
    await until('it is said', () => said().length === 1);
    await until('the child goes on', async () => (await t.client.text('full')).includes('FLOODED'));
    // What was written so far is whole, up to its last line.
    expect(eventsOf(path).length).toBeGreaterThan(1);
    await t.client.call('resize', { child: 'full', size: { cols: 100, rows: 12 } });
    execFileSync('mount', ['-o', 'remount,size=4m', disk]);
    await until('it goes on', () => said().length === 2, { seen: said });
    t.client.type('full', 'after the gap\r');
    await until('its end', () => t.client.of('full', 'exited').length === 1);
    await until('the end is recorded', () => eventsOf(path).at(-1)![1] === 'x');
    expect(said()).toEqual([
      { type: 'recording', state: 'paused', reason: expect.stringContaining('ENOSPC') },
      { type: 'recording', state: 'resumed', reason: '' },
    ]);
    const events = eventsOf(path);
    const gap = events.findIndex(([, code]) => code === 'm');
    expect(events[gap]![2]).toMatch(/full/);
    expect(events[gap - 1]!.slice(1)).toEqual(['r', '100x12']);
    const { ansi } = await t.client.call('screen', { child: 'full', ansi: true });
    expect(play(events)).toEqual(ansi);
  } finally {
    await t.client.call('collect', { child: 'full' }).catch(() => {});
    unmount(disk);
    rmSync(disk, { recursive: true, force: true });
  }
});

test('a file that cannot be written at all is said, once, and the child goes on', async () => {
  const folder = testFolder('blocked');
  writeFileSync(join(folder, 'file'), '');
  const recording = { path: join(folder, 'file', 'a.cast'), maxBytes: 1e9, keep: 1 };
  await t.client.call('spawn', spawnParams('none', ['sh', '-c', 'echo on; exec cat'], { recording }));
  await until('the child goes on', async () => (await t.client.text('none')).includes('on'));
  expect(t.client.of('none', 'recording')).toMatchObject([{ state: 'stopped' }]);
});

test('a recording whose file was taken away goes on in a new one with all that was in it, once its folder is there', async () => {
  const folder = join(testFolder('gone'), 'recordings');
  const path = join(folder, 'a.cast');
  const live = emulator();
  const recorder = createRecorder({
    ...{ path, maxBytes: 1e9, keep: 0, size, command: 'test', snapshot: () => screenSnapshot(live) },
    onPause: (reason) => expect(reason).toBeUndefined(),
    onFailure: (reason) => expect(reason).toBeUndefined(),
  });
  const put = (text: string) => recorder.output(Buffer.from(text));
  const texts = () => eventsOf(path).map(([, , data]) => data);
  put('first');
  await until('the first is written', () => existsSync(path) && readFileSync(path, 'utf8').includes('first'));
  rmSync(folder, { recursive: true });
  const large = 'x'.repeat(3_000_000);
  put(large);
  put('second');
  mkdirSync(folder);
  put('third');
  await until('it is there again', () => existsSync(path) && readFileSync(path, 'utf8').includes('third'));
  await recorder.end({ code: 0, signal: null });
  expect(texts()).toEqual(['first', large, 'second', 'third', '0']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a link in the place of its folder is not followed', async () => {
  const folder = join(testFolder('linked'), 'recordings');
  const path = join(folder, 'a.cast');
  const file = new CastFile({ path, keep: 0, command: 'test' });
  await file.open(size);
  await file.append('[0,"o","a"]\n');
  rmSync(folder, { recursive: true });
  const elsewhere = testFolder('elsewhere');
  symlinkSync(elsewhere, folder);
  await file.append('[0,"o","b"]\n');
  expect(readdirSync(elsewhere)).toEqual([]);
  rmSync(folder);
  mkdirSync(folder);
  await file.append('[0,"o","c"]\n');
  file.close();
  expect(eventsOf(path).map(([, , data]) => data)).toEqual(['a', 'b', 'c']);
});
