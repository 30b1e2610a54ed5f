import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NO_LOGIN } from '../../src/runtimes/features.ts';
import { learnVersion, parseVersion, probeRuntimes } from '../../src/runtimes/probe.ts';
import { until } from '../support/wait.ts';

const bin = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'probe-'));
const program = (name: string, body: string) => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
};
const answering = (name: string, version: string, help: string) =>
  program(name, `case $1 in --version) echo "${version}";; --help) echo "${help}";; esac`);
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
    answering('claude', '2.1.329 (Claude Code)', 'Options: --input-format, --output-format');
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
      kind: 'terminal',
      used: { terminal: 'claude', headless: 'claude-stream', why: expect.any(String) },
      lacks: [NO_LOGIN],
    });
    expect(by['claude-stream']).toMatchObject({ found: true, kind: 'structured', version: '2.1.329' });
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

  test('has a program that is about to be started asked again, where it was too slow', async () => {
    program('codex', `mkdir ${bin}/first && exec sleep 60; echo codex-cli 0.120.0`);
    const first = await probeRuntimes(env, { timeoutMs: 500 });
    expect(first.find(({ id }) => id === 'codex')!.version).toBeNull();
    const asked = () => learnVersion(join(bin, 'codex'), ['--version'], env);
    expect(await Promise.all([asked(), asked()])).toEqual(['0.120.0', '0.120.0']);
  });

  test('asks a program again only when it has changed', async () => {
    program('opencode', `[ "$1" = --version ] && echo run >> ${bin}/runs; echo 1.18.33`);
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

describe('what a CLI lacks', () => {
  const lacks = async (id: string, more: Record<string, string> = {}) =>
    (await probeRuntimes({ ...env, ...more }, { timeoutMs: 1500 })).find((one) => one.id === id)!;

  test('is read off its help, and what needs it is not used', async () => {
    answering('codex', 'codex-cli 0.9.0', 'Commands: exec, login');
    answering('qwen', '0.24.4', 'Commands: qwen hooks  Options: --acp');
    answering('gemini', '0.61.0', 'Options: --acp');
    const key = { CODEX_API_KEY: 'k', OPENAI_API_KEY: 'k', GEMINI_API_KEY: 'k' };
    expect(await lacks('codex', key)).toMatchObject({
      lacks: ['its version has no app-server'],
      used: { terminal: 'codex', headless: null },
    });
    expect((await lacks('qwen', key)).lacks).toBeUndefined();
    expect(await lacks('gemini', key)).toMatchObject({ used: { headless: 'gemini-acp', why: 'it speaks ACP' } });
  });

  test('a login is a variable, or a file of its own', async () => {
    const home = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'home-'));
    answering('gemini', '0.61.0', 'Options: --acp');
    expect((await lacks('gemini', { HOME: home })).lacks).toEqual([NO_LOGIN]);
    mkdirSync(join(home, '.gemini'));
    writeFileSync(join(home, '.gemini', 'settings.json'), '{"security":{"auth":{"selectedType":"x"}}}');
    expect((await lacks('gemini', { HOME: home })).lacks).toBeUndefined();
  });

  test('a script for a newer Node than the one on the PATH', async () => {
    program('node', 'echo v20.1.0');
    const folder = join(bin, 'package');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"engines":{"node":">=22.0.0"}}');
    writeFileSync(join(folder, 'cli.js'), '#!/usr/bin/env node\n');
    chmodSync(join(folder, 'cli.js'), 0o755);
    rmSync(join(bin, 'claude'), { force: true });
    symlinkSync(join(folder, 'cli.js'), join(bin, 'claude'));
    expect((await lacks('claude', { ANTHROPIC_API_KEY: 'k' })).lacks).toContain(
      'it needs Node 22, and the PATH has v20.1.0',
    );
  });

  test('what it says instead of its version is told', async () => {
    program('codex', 'echo "Error: this machine is too old" >&2; exit 1');
    expect((await lacks('codex', { CODEX_API_KEY: 'k' })).lacks).toEqual([
      'it does not start: Error: this machine is too old',
    ]);
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
