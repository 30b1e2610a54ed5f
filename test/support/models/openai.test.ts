import { expect, test } from 'vitest';
import type { Reply } from './script.ts';
import { startModels } from './server.ts';

const TOOLS = [
  { type: 'function', name: 'exec_command', parameters: { properties: { cmd: { type: 'string' } } } },
  { type: 'namespace', tools: [{ type: 'custom', name: 'apply_patch' }] },
];
const FUNCTIONS = [{ function: { name: 'bash', parameters: { properties: { command: {}, description: {} } } } }];

const post = (url: string, path: string, body: object) =>
  fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify({ model: 'm', ...body }) });

const eventsOf = (text: string) =>
  [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data!) as Record<string, never>);

const only = (...replies: Reply[]) => ({ flows: [{ when: '^hello', replies }] });
const user = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });

test('Responses: thoughts, text and calls in the CLI’s own words, counted with what the cache gave', async () => {
  await using models = await startModels(
    only(
      {
        thinking: 'Let me see.',
        text: 'I write a file.',
        tools: [{ tool: 'write', path: 'a.txt', content: 'a\n' }],
        usage: { input: 100, output: 40, cacheRead: 2000, reasoning: 7 },
        limits: [{ usedPercent: 42, resetsAt: 5000 }, { usedPercent: 11 }],
      },
      { tools: [{ tool: 'bash', command: 'wc a.txt' }] },
    ),
  );
  const input = [user('<environment_context>\n<cwd>/project</cwd></environment_context>'), user('hello')];
  const first = await post(models.url, '/v1/responses', { stream: true, tools: TOOLS, input });
  expect(first.headers.get('x-codex-primary-used-percent')).toBe('42');
  expect(first.headers.get('x-codex-primary-reset-at')).toBe('5');
  expect(first.headers.get('x-codex-secondary-reset-at')).toBeNull();
  const events = eventsOf(await first.text());
  const { output, usage } = events.at(-1)!.response as unknown as { output: Record<string, unknown>[]; usage: object };
  expect(output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'custom_tool_call']);
  expect(output[2]).toMatchObject({ name: 'apply_patch', input: expect.stringContaining('*** Add File: a.txt\n+a\n') });
  expect(usage).toMatchObject({ input_tokens: 2100, input_tokens_details: { cached_tokens: 2000 } });
  const texts = events.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta);
  expect(texts.join('')).toBe('I write a file.');
  const more = [...input, ...output, { type: 'custom_tool_call_output', output: 'ok' }];
  const second = await (await post(models.url, '/v1/responses', { tools: TOOLS, input: more })).json();
  expect((second as { output: object[] }).output[0]).toMatchObject({ arguments: '{"cmd":"wc a.txt"}' });
});

test('Responses: a failure is told as OpenAI tells it', async () => {
  await using models = await startModels(only({ status: 429, limits: [{ usedPercent: 100, resetsAt: 9000 }] }));
  const failed = await post(models.url, '/v1/responses', { tools: TOOLS, input: [user('hello')] });
  expect(failed.status).toBe(429);
  expect(await failed.json()).toMatchObject({ error: { type: 'rate_limit_exceeded', resets_at: 9 } });
});

test('Chat Completions: streamed and whole', async () => {
  await using models = await startModels(only({ text: 'Now.', tools: [{ tool: 'bash', command: 'ls' }] }));
  const body = { tools: FUNCTIONS, messages: [{ role: 'user', content: 'hello' }] };
  const chunks = eventsOf(await (await post(models.url, '/v1/chat/completions', { ...body, stream: true })).text());
  const deltas = chunks
    .flatMap(({ choices }) => choices as unknown as { delta: Record<string, never> }[])
    .map(({ delta }) => delta);
  expect(deltas.map(({ content }) => content ?? '').join('')).toBe('Now.');
  expect(deltas.find((delta) => 'tool_calls' in delta)).toMatchObject({
    tool_calls: [{ function: { name: 'bash', arguments: '{"command":"ls","description":"run ls"}' } }],
  });
  expect(chunks.at(-1)).toMatchObject({ usage: { prompt_tokens: 10, completion_tokens: 5 } });
  const whole = await (await post(models.url, '/v1/chat/completions', body)).json();
  expect(whole).toMatchObject({ choices: [{ finish_reason: 'tool_calls', message: { content: 'Now.' } }] });
});
