import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGrid } from '../support/grid.ts';
import { spawnParams, startTestHost } from '../support/host.ts';
import { until } from '../support/wait.ts';

describe('a child', () => {
  let t: Awaited<ReturnType<typeof startTestHost>>;
  beforeEach(async () => {
    t = await startTestHost();
  });
  afterEach(() => t.stop());

  test('runs on a PTY, takes input, shows it in frames, and ends with its code', async () => {
    const { client } = t;
    await client.call('spawn', spawnParams('a', ['bash', '--norc']));
    const grid = createGrid();
    client.onFrame(grid.apply);
    await client.call('watch', { child: 'a', maxFps: 60 });
    await until('prompt', () => /\$$/m.test(grid.text()));
    client.type('a', 'echo $((6*7)) && tty\r');
    await until('answer', () => grid.text().includes('42\n/dev/pts/'), { seen: () => grid.text() });
    client.type('a', 'exit 3\r');
    await until('exit', () => client.of('a', 'exited').length === 1);
    expect(client.of('a', 'exited')).toEqual([{ type: 'exited', exit: { code: 3, signal: null } }]);
    expect(client.frames[0]!.header.full).toBe(true);
  });

  test('is not forked in the turn in which its emulator is made, and nobody takes its name meanwhile', async () => {
    const { host } = t;
    const said = host.events.seq;
    const first = host.spawn(spawnParams('a', ['cat']));
    const second = host.spawn(spawnParams('a', ['cat']));
    // What can be done at once has been done.
    await Promise.resolve();
    expect(host.events.seq).toBe(said);
    await expect(second).rejects.toMatchObject({ code: 'conflict' });
    await first;
    expect(host.events.seq).toBe(said + 1);
  });

  test('on pipes gives whole lines and its prompt on standard input', async () => {
    const { client } = t;
    const argv = ['sh', '-c', 'cat; echo bad >&2; printf rest; exit 2'];
    await client.call('spawn', spawnParams('p', argv, { kind: 'pipe', stdin: 'eins\nzwei ü\n' }));
    await until('exit', () => client.of('p', 'exited').length === 1);
    const lines = client.of('p', 'line');
    expect(lines).toContainEqual({ type: 'line', stream: 'stdout', text: 'eins' });
    expect(lines).toContainEqual({ type: 'line', stream: 'stdout', text: 'zwei ü' });
    expect(lines).toContainEqual({ type: 'line', stream: 'stdout', text: 'rest' });
    expect(lines).toContainEqual({ type: 'line', stream: 'stderr', text: 'bad' });
    expect(client.of('p', 'exited')).toEqual([{ type: 'exited', exit: { code: 2, signal: null } }]);
    expect(await client.text('p')).toContain('zwei ü');
  });

  test('is stopped, told how it ended, collected, and then the host is done', async () => {
    const { client } = t;
    const { pid } = await client.call('spawn', spawnParams('s', ['sleep', '1000']));
    const { exit } = await client.call('stop', { child: 's', graceMs: 1000 });
    expect(['SIGHUP', 'SIGTERM']).toContain(exit.signal);
    expect(() => process.kill(pid, 0)).toThrow();
    expect(t.state.done).toBe(false);
    await client.call('collect', { child: 's' });
    await until('host is done', () => t.state.done);
  });
});
