import { expect, test } from 'vitest';
import { until } from '../wait.ts';
import type { Reply } from './script.ts';
import { startModels } from './server.ts';

const TOOLS = [
  { name: 'Write', input_schema: { properties: { file_path: { type: 'string' }, content: { type: 'string' } } } },
  { name: 'Edit', input_schema: { properties: { file_path: {}, old_string: {}, new_string: {} } } },
  { name: 'Bash', input_schema: { properties: { command: { type: 'string' }, description: {} } } },
];

const user = (content: unknown) => ({ role: 'user', content });

const post = (url: string, body: object) =>
  fetch(`${url}/v1/messages?beta=true`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', stream: true, tools: TOOLS, ...body }),
  });

/** Data of the events of a stream. */
const eventsOf = (text: string) =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as Record<string, never>);

const only = (...replies: Reply[]) => ({ flows: [{ when: 'hello', replies }] });

test('answers reply by reply, with the tools that the CLI offered, and keeps what it was asked', async () => {
  await using models = await startModels(
    only(
      {
        thinking: 'Let me see.',
        text: 'I write a file.',
        tools: [{ tool: 'write', path: 'a.txt', content: 'a\n' }],
        usage: { input: 100, output: 40, cacheRead: 2000, cacheWrite: 300 },
      },
      { tools: [{ tool: 'bash', command: 'wc a.txt' }] },
    ),
    { cwd: '/project' },
  );
  const reminder = { type: 'text', text: '<system-reminder>hello twice</system-reminder>' };
  const first = eventsOf(
    await (await post(models.url, { messages: [user([{ type: 'text', text: 'hello' }, reminder])] })).text(),
  );
  expect(first.map(({ type }) => type)).toEqual([
    'message_start',
    ...['content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_stop'],
    ...['content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_stop'],
    ...['content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_stop'],
    'message_delta',
    'message_stop',
  ]);
  const call = first.filter(({ type }) => type === 'content_block_start').at(-1)!.content_block as unknown as {
    name: string;
  };
  expect(call.name).toBe('Write');
  const input = first.map(({ delta }) => (delta as { partial_json?: string } | undefined)?.partial_json ?? '').join('');
  expect(JSON.parse(input)).toEqual({ file_path: '/project/a.txt', content: 'a\n' });
  const messages = [user('hello'), { role: 'assistant', content: [] }, user([{ type: 'tool_result', content: 'ok' }])];
  expect(await (await post(models.url, { messages })).text()).toContain('wc a.txt');
  expect(models.asked.map(({ side, usage, done }) => [side, usage?.cacheRead, done])).toEqual([
    [false, 2000, true],
    [false, 0, true],
  ]);
  expect(await (await post(models.url, { messages, tools: [] })).text()).toContain('A title');
  expect(models.asked.at(-1)!.side).toBe(true);
});

test('fails as the provider fails, with what it says of its limits', async () => {
  const resetsAt = 1_795_250_000_000;
  await using models = await startModels(
    only({
      status: 429,
      error: 'slow down',
      limits: [{ usedPercent: 100, resetsAt }],
      headers: { 'retry-after': '7' },
    }),
  );
  const response = await post(models.url, { messages: [user('hello')] });
  expect(response.status).toBe(429);
  expect(await response.json()).toEqual({ type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } });
  expect(response.headers.get('anthropic-ratelimit-unified-5h-utilization')).toBe('1');
  expect(response.headers.get('anthropic-ratelimit-unified-reset')).toBe('1795250000');
  expect(response.headers.get('anthropic-ratelimit-unified-status')).toBe('rejected');
  expect(response.headers.get('retry-after')).toBe('7');
  expect(models.asked[0]!.usage).toBeNull();
});

test('waits where it is told to, in the middle of a stream too, and breaks off', async () => {
  await using models = await startModels(
    only(
      { text: 'a long text in several pieces', holdHalf: 'half' },
      { text: 'another text that ends early', cut: true },
    ),
  );
  const response = await post(models.url, { messages: [user('hello')] });
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toContain('message_start');
  expect(models.asked[0]!.done).toBe(false);
  models.release('half');
  await until('the reply is sent', () => models.asked[0]!.done);
  await reader.cancel();
  const cut = await post(models.url, { messages: [user('hello'), { role: 'assistant', content: 'x' }] });
  await expect(cut.text()).rejects.toThrow();
});

test('says what nothing here answers', async () => {
  await using models = await startModels({ flows: [] });
  expect((await fetch(`${models.url}/v1/nothing`)).status).toBe(404);
  expect(models.unknown).toEqual(['GET /v1/nothing']);
});
