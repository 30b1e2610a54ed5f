import { chmodSync, existsSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseVersion, probeRuntimes } from '../../src/runtimes/probe.ts';
import { until } from '../support/wait.ts';

const bin = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'probe-'));
const program = (name: string, body: string) => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
};
const env = { PATH: `${bin}:/usr/bin:/bin`, SHELL: '/bin/sh', TMUX: 'x' };
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('probeRuntimes', () => {
  test('finds what is there, with its version, and says how to get the rest', async () => {
    program('claude', 'echo "2.1.329 (Claude Code)"');
    program('codex', `sleep 60 & echo $! > ${bin}/left; echo "codex-cli 0.169.0"`);
    program('gemini', `echo $$ > ${bin}/hung; exec sleep 60`);
    program('qwen', 'head -c 300000 /dev/urandom; exit 3');
    const all = await probeRuntimes(env, { timeoutMs: 1500 });
    const by = Object.fromEntries(all.map((one) => [one.id, one]));
    expect(by.claude).toEqual({
      id: 'claude',
      title: 'Claude Code',
      found: true,
      path: join(bin, 'claude'),
      version: '2.1.329',
      install: 'npm i -g @anthropic-ai/claude-code',
    });
    expect(by.codex).toMatchObject({ found: true, version: '0.169.0' });
    expect(by.gemini).toMatchObject({ found: true, version: null });
    expect(by.qwen).toMatchObject({ found: true });
    expect(by.aider).toMatchObject({ found: false, path: null, version: null, install: 'pipx install aider-chat' });
    expect(by.shell).toMatchObject({ found: true, path: '/bin/sh' });
    expect(by.demo).toMatchObject({ found: true });
    for (const file of ['left', 'hung']) {
      const pid = Number(readFileSync(join(bin, file), 'utf8'));
      await until(`${file} has ended`, () => !isAlive(pid));
    }
  });

  test('asks a program again only when it has changed', async () => {
    program('opencode', `echo run >> ${bin}/runs; echo 1.18.33`);
    const version = async () =>
      (await probeRuntimes(env, { timeoutMs: 1500 })).find((one) => one.id === 'opencode')!.version;
    expect(await version()).toBe('1.18.33');
    expect(await version()).toBe('1.18.33');
    expect(readFileSync(join(bin, 'runs'), 'utf8')).toBe('run\n');
    program('opencode', 'echo 1.19.0');
    utimesSync(join(bin, 'opencode'), 1, 1);
    expect(await version()).toBe('1.19.0');
    expect(existsSync(join(bin, 'runs'))).toBe(true);
  });
});

test.each([
  ['2.1.329 (Claude Code)\n', '2.1.329'],
  ['codex-cli 0.169.0', '0.169.0'],
  ['aider 0.86.1', '0.86.1'],
  ['v1.2.3-beta.4+x', '1.2.3-beta.4+x'],
  ['warning: slow\n0.61.0\n', '0.61.0'],
  ['usage: thing [options]', null],
  ['', null],
])('parseVersion %j is %j', (text, version) => {
  expect(parseVersion(text)).toBe(version);
});
