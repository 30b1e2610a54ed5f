import { expect, test } from 'vitest';
import { startModels } from './server.ts';

const DECLARED = [
  {
    functionDeclarations: [
      { name: 'write_file', parametersJsonSchema: { properties: { file_path: {}, content: {} } } },
    ],
  },
];
const hello = { role: 'user', parts: [{ text: 'hello' }] };
const post = (url: string, method: string, body: object) =>
  fetch(`${url}/v1beta/models/gemini-2.5-pro:${method}?alt=sse`, { method: 'POST', body: JSON.stringify(body) });
interface Chunk {
  candidates: { content: { parts: { text?: string; thought?: boolean; functionCall?: object }[] } }[];
  usageMetadata: object;
}

test('streamed: thought, text, calls, and what the cache gave', async () => {
  await using models = await startModels({
    flows: [
      {
        when: '^hello',
        replies: [
          {
            ...{ thinking: 'Hm.', text: 'I write a file now.' },
            tools: [{ tool: 'write', path: '/p/a', content: 'a' }],
            usage: { input: 10, output: 6, cacheRead: 90, reasoning: 2 },
          },
          { text: 'Written.' },
        ],
      },
    ],
  });
  const text = await (await post(models.url, 'streamGenerateContent', { contents: [hello], tools: DECLARED })).text();
  const chunks = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as Chunk);
  const parts = chunks.flatMap(({ candidates }) => candidates[0]!.content.parts);
  expect(parts[0]).toEqual({ text: 'Hm.', thought: true });
  expect(
    parts
      .filter(({ thought }) => !thought)
      .map((part) => part.text ?? '')
      .join(''),
  ).toBe('I write a file now.');
  const call = { name: 'write_file', args: { file_path: '/p/a', content: 'a' } };
  expect(parts.find((part) => part.functionCall)).toEqual({ functionCall: call });
  expect(chunks[0]!.usageMetadata).toEqual({
    ...{ promptTokenCount: 100, candidatesTokenCount: 4, cachedContentTokenCount: 90 },
    ...{ thoughtsTokenCount: 2, totalTokenCount: 106 },
  });
  const more = [
    hello,
    { role: 'model', parts: [{ functionCall: call }] },
    { role: 'user', parts: [{ functionResponse: { name: 'write_file' } }, { text: 'the result' }] },
  ];
  const second = await post(models.url, 'generateContent', { contents: more, tools: DECLARED });
  expect(((await second.json()) as Chunk).candidates[0]!.content.parts).toEqual([{ text: 'Written.' }]);
  expect(models.asked[1]!.ask).toMatchObject({ model: 'gemini-2.5-pro', prompt: 'hello', answered: 1 });
});

test('a question beside the conversation is answered in the shape it names, a failure as Google tells it', async () => {
  await using models = await startModels({ flows: [{ when: 'hello', replies: [{ status: 429 }] }] });
  const responseJsonSchema = {
    properties: { model: { type: 'string', enum: ['flash', 'pro'] }, sure: { type: 'number' } },
  };
  const asked = { contents: [hello], generationConfig: { responseJsonSchema } };
  const shaped = (await (await post(models.url, 'generateContent', asked)).json()) as Chunk;
  expect(shaped.candidates[0]!.content.parts).toEqual([{ text: '{"model":"flash","sure":1}' }]);
  const failed = await post(models.url, 'generateContent', { contents: [hello], tools: DECLARED });
  expect(failed.status).toBe(429);
  expect(await failed.json()).toMatchObject({ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } });
});
