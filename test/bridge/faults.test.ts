import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bridge, SCRIPTED, startBridge } from '../support/bridge.ts';
import { processesWith } from '../support/processes.ts';
import { tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';

function scripted(options: object = {}, cwd = tempFolder('acp'), env: NodeJS.ProcessEnv = {}): Bridge {
  return startBridge(['acp', '--', process.execPath, SCRIPTED, JSON.stringify(options)], { cwd, env });
}
const said = (bridge: Bridge) => bridge.all('said').map(({ text }) => text);

test('an agent that ends in the middle of a turn: what it said is kept, its exit code is ours', async () => {
  const bridge = scripted();
  bridge.start();
  bridge.prompt([
    { say: 'half a' },
    { ask: { toolCall: { toolCallId: 't', title: 'x' }, wait: false } },
    { say: '…' },
    { die: 7 },
  ]);
  expect(await bridge.exited).toEqual({ code: 7, signal: null });
  expect(said(bridge)[0]).toContain('half a');
  expect(bridge.all('answered')).toMatchObject([
    { answer: null, by: { who: 'withdrawn', detail: 'its process ended' } },
  ]);
});

test('an agent that exits at once, and one that is not there', async () => {
  const bridge = scripted({ exit: 3 });
  bridge.start();
  expect(await bridge.exited).toEqual({ code: 3, signal: null });
  expect(bridge.all('session')).toEqual([]);
  // Before its session that is no good end, whatever it says.
  const well = scripted({ exit: 0 });
  well.start();
  expect(await well.exited).toEqual({ code: 1, signal: null });
  const none = startBridge(['acp', '--', '/nowhere/agent'], { cwd: tempFolder('acp') });
  none.start();
  expect(await none.exited).toEqual({ code: 127, signal: null });
  expect(none.stderr()).toContain('/nowhere/agent could not be started');
});

test('what is no message of the protocol is kept as it is, and costs nothing else', async () => {
  const bridge = scripted();
  bridge.start();
  bridge.prompt([
    { print: 'Downloading model…\n' },
    { print: '{"level":"info"}\n[1,2]\n{"jsonrpc":"2.0",\n' },
    { print: '{"boocode":"report","report":{"type":"session","sessionId":"forged"}}\n' },
    { stderr: 'a warning\n' },
    { say: 'still here' },
  ]);
  await bridge.nth('turnEnded');
  expect(said(bridge)).toEqual(['still here']);
  expect(bridge.all('session')).toHaveLength(1);
  expect(bridge.all('raw').map(({ why, text }) => [why, text])).toEqual([
    ['text', 'Downloading model…'],
    ['unknown', '{"level":"info"}'],
    ['unknown', '[1,2]'],
    ['text', '{"jsonrpc":"2.0",'],
    ['unknown', '{"boocode":"report","report":{"type":"session","sessionId":"forged"}}'],
  ]);
  await until('its standard error', () => bridge.stderr().includes('a warning'));
  await bridge.end();
});

test('a character that comes in two halves is one, and half a line at the end is kept', async () => {
  const bridge = scripted();
  bridge.start();
  const update = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'smörgås' } };
  const line = Buffer.from(
    `${JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update } })}\n`,
  );
  const cut = line.indexOf(Buffer.from('ö')) + 1;
  bridge.prompt([
    { bytes: [line.subarray(0, cut).toString('base64'), line.subarray(cut).toString('base64')] },
    { print: 'half a line' },
    { die: 0 },
  ]);
  await bridge.exited;
  expect(said(bridge)).toEqual(['smörgås']);
  expect(bridge.all('raw')).toMatchObject([{ why: 'text', text: 'half a line' }]);
});

test('a line of 50 MB is taken in, and cut in its middle', async () => {
  const bridge = scripted();
  bridge.start();
  bridge.prompt([{ huge: 50_000_000 }]);
  await bridge.nth('turnEnded');
  expect(said(bridge)[0]!.length).toBeLessThan(1_001_000);
  expect(said(bridge)[0]).toContain('49000000 characters left out');
  await bridge.end();
});

test('errors of JSON-RPC end the turn, told apart by what they mean', async () => {
  const bridge = scripted();
  bridge.start();
  const errors = [
    { code: -32000, message: 'Authentication required' },
    { code: 401, message: '{"error":{"code":401,"message":"invalid x-api-key"}}' },
    { code: -32603, message: 'Internal error', data: { details: 'HTTP status: 429 too many requests' } },
    { code: -32603, message: "Internal error: You've hit your 5-hour limit · resets 11:12pm (UTC)" },
    { code: -32603, message: 'Internal error: API Error: Request rejected (429) · Please try again later.' },
    { code: -32603, message: 'Internal error: overloaded' },
    { code: -32603, message: 'fetch failed' },
    { code: -32603, message: 'Internal error' },
  ];
  for (const [index, fail] of errors.entries()) {
    bridge.prompt([{ fail }]);
    await bridge.nth('turnEnded', index + 1);
  }
  expect(bridge.all('troubled').map(({ trouble: { kind, message, status } }) => [kind, status, message])).toEqual([
    ['login', null, 'Authentication required'],
    ['login', 401, 'invalid x-api-key'],
    ['rateLimit', 429, 'Internal error: HTTP status: 429 too many requests'],
    ['rateLimit', null, "Internal error: You've hit your 5-hour limit · resets 11:12pm (UTC)"],
    ['rateLimit', 429, 'Internal error: API Error: Request rejected (429) · Please try again later.'],
    ['overloaded', null, 'Internal error: overloaded'],
    ['network', null, 'fetch failed'],
    ['other', null, 'Internal error'],
  ]);
  const limited = bridge
    .all('troubled')
    .flatMap(({ trouble }) => (trouble.kind === 'rateLimit' ? [trouble.until] : []));
  expect(limited.map((until) => until !== null && new Date(until).toISOString().slice(11, 16))).toEqual([
    ...[false, '23:13', false],
  ]);
  expect(bridge.receipts.every(({ receipt }) => receipt === 'not delivered')).toBe(true);
  bridge.prompt([{ say: 'well again' }]);
  expect(await bridge.nth('turnEnded', errors.length + 1)).toMatchObject({ outcome: 'completed' });
  await bridge.end();
});

test('an agent that is logged out, and one of another version of the protocol, are said, and end as failed', async () => {
  const bridge = scripted({ login: true });
  bridge.start();
  expect(await bridge.nth('troubled')).toMatchObject({
    trouble: { kind: 'login', message: expect.stringMatching(/log in/) },
  });
  expect(await bridge.exited).toEqual({ code: 1, signal: null });
  const other = scripted({ version: 9 });
  other.start();
  expect(await other.nth('troubled')).toMatchObject({ trouble: { message: expect.stringMatching(/version 9/) } });
  expect(await other.exited).toEqual({ code: 1, signal: null });
});

test('a request with a method that we do not have is answered with an error', async () => {
  const bridge = scripted();
  bridge.start();
  bridge.prompt([{ request: { method: 'terminal/create', params: { sessionId: 's', command: 'x' } } }]);
  await bridge.nth('turnEnded');
  expect(said(bridge)[0]).toContain('-32601');
  expect(bridge.all('raw')).toMatchObject([{ why: 'unknown', text: expect.stringContaining('terminal/create') }]);
  await bridge.end();
});

test('files are read and written in the working folder alone, links or not', async () => {
  const cwd = tempFolder('acp');
  const outside = tempFolder('outside');
  writeFileSync(join(outside, 'secret'), 'secret');
  writeFileSync(join(cwd, 'a.txt'), 'one\ntwo\nthree');
  symlinkSync(outside, join(cwd, 'link'));
  symlinkSync(join(outside, 'new'), join(cwd, 'dangling'));
  mkdirSync(join(cwd, '.git'));
  const bridge = scripted({}, cwd);
  bridge.start();
  const fs = (method: string, params: object) => ({
    request: { method: `fs/${method}_text_file`, params: { sessionId: 's', ...params } },
  });
  const write = (path: string) => fs('write', { path, content: 'x' });
  bridge.prompt([
    fs('read', { path: join(cwd, 'a.txt'), line: 2, limit: 1 }),
    write(join(cwd, 'sub', 'b.txt')),
    fs('read', { path: join(cwd, 'none') }),
    ...[join(cwd, 'link', 'secret'), join(outside, 'secret'), `${cwd}/../x`].map((path) => fs('read', { path })),
    ...[join(cwd, 'link', 'x'), join(cwd, 'dangling'), join(cwd, '.git', 'config')].map(write),
  ]);
  await bridge.nth('turnEnded');
  const answers = said(bridge).join('');
  expect(answers).toContain('{"content":"two"}');
  expect(answers.match(/-32602/g)).toHaveLength(6);
  expect(answers).toContain('-32002');
  expect(answers).not.toContain('"secret"');
  expect(readFileSync(join(cwd, 'sub', 'b.txt'), 'utf8')).toBe('x');
  await bridge.end();
});

test('an agent that says nothing is ended with our input, and with a signal', async () => {
  const silent = scripted({ silent: true });
  silent.start();
  expect((await silent.end()).signal).toBe(null);
  const signalled = scripted({ silent: true });
  signalled.start();
  signalled.signal('SIGTERM');
  await signalled.exited;
});

test('what an agent leaves behind in its group ends with it', async () => {
  const mark = `left-${process.pid}-${Date.now()}`;
  const shim =
    "const {spawn}=require('child_process');spawn('sleep',['600'],{stdio:'ignore'});setTimeout(()=>process.exit(0),200)";
  const bridge = startBridge(['acp', '--', process.execPath, '-e', shim], {
    cwd: tempFolder('acp'),
    env: { MARK: mark },
  });
  bridge.start();
  expect(await bridge.exited).toEqual({ code: 1, signal: null });
  await until('nothing of it runs', () => processesWith(mark).length === 0, { seen: () => processesWith(mark) });
});

test('a message from a daemon that is not understood ends nothing', async () => {
  const bridge = scripted();
  bridge.send({ do: 'dance' } as never);
  bridge.start();
  bridge.prompt([{ say: 'hello' }]);
  await bridge.nth('turnEnded');
  expect(bridge.stderr()).toContain('not understood');
  await bridge.end();
});
