import { type Exchange, type Protocol, pieces, sse } from './protocol.ts';
import { type Ask, fullUsage, type OfferedTool, type Reply } from './script.ts';

interface Part {
  text?: string;
  functionResponse?: unknown;
}
interface Content {
  role?: string;
  parts?: Part[];
}
interface Schema {
  properties?: Record<string, { type?: unknown; enum?: unknown[] }>;
}

/** Google's Gemini API, as Gemini CLI speaks it. */
export const gemini: Protocol = {
  name: 'gemini',
  path: /:(streamGenerateContent|generateContent)$/,
  ask,
  answer,
  failure: ({ status, error, errorType }) => ({
    error: {
      code: status,
      message: error ?? `scripted failure ${status}`,
      status: errorType ?? (status === 429 ? 'RESOURCE_EXHAUSTED' : status === 401 ? 'UNAUTHENTICATED' : 'INTERNAL'),
    },
  }),
  // Limits are told in failures alone.
  limits: () => ({}),
  plain: [{ request: /^POST .*:countTokens$/, answer: () => ({ totalTokens: 100 }) }],
};

const textOf = ({ parts = [] }: Content): string => parts.map(({ text }) => text ?? '').join('\n');

function ask(body: Record<string, unknown>, url: string): Ask {
  const contents = (body.contents ?? []) as Content[];
  const newest = contents.findLastIndex(
    ({ role, parts = [] }) =>
      role === 'user' && parts.some(({ text }) => text) && !parts.some((one) => one.functionResponse),
  );
  const declared = ((body.tools ?? []) as { functionDeclarations?: Record<string, unknown>[] }[]).flatMap(
    ({ functionDeclarations }) => functionDeclarations ?? [],
  );
  const shape = (one: Record<string, unknown>): OfferedTool => ({
    properties: ((one.parametersJsonSchema ?? one.parameters ?? {}) as OfferedTool).properties ?? {},
  });
  return {
    model: /models\/([^/:]+):/.exec(url)?.[1] ?? '',
    prompt: newest < 0 ? '' : textOf(contents[newest]!),
    answered: contents.slice(newest + 1).filter(({ role }) => role === 'model').length,
    cwd: /Workspace Directories:\W+(\/[^\s"`]+)/i.exec(contents.map(textOf).join('\n'))?.[1] ?? null,
    tools: new Map(declared.map((one) => [String(one.name), shape(one)])),
  };
}

function answer({ ask, reply, calls, body, url, id }: Exchange) {
  const schema = schemaOf(body);
  const text = schema ? JSON.stringify(filled(schema)) : (reply.text ?? '');
  const functions = schema ? [] : calls.map(({ name, input }) => ({ functionCall: { name, args: input } }));
  const chunk = (parts: object[], end = false) => ({
    candidates: [{ content: { role: 'model', parts }, index: 0, ...(end && { finishReason: 'STOP' }) }],
    usageMetadata: usageOf(reply),
    modelVersion: ask.model,
    responseId: id('gemini-'),
  });
  if (!/:streamGenerateContent/.test(url)) {
    return { contentType: 'application/json', pieces: [JSON.stringify(chunk([{ text }, ...functions], true))] };
  }
  return {
    pieces: [
      ...(reply.thinking ? [sse(chunk([{ text: reply.thinking, thought: true }]))] : []),
      ...pieces(text).map((piece) => sse(chunk([{ text: piece }]))),
      ...(functions.length > 0 ? [sse(chunk(functions))] : []),
      sse(chunk([{ text: '' }], true)),
    ],
  };
}

/** What it asks itself beside the conversation (which model, whose turn) must come in the shape that it names. */
function schemaOf({ generationConfig }: Record<string, unknown>): Schema | null {
  const config = (generationConfig ?? {}) as Record<string, unknown>;
  return (config.responseJsonSchema ?? config.responseSchema ?? null) as Schema | null;
}

const filled = ({ properties = {} }: Schema) =>
  Object.fromEntries(
    Object.entries(properties).map(([name, { type, enum: values }]) => {
      const kind = String(type).toLowerCase();
      const plain = /number|integer/.test(kind) ? 1 : kind === 'boolean' ? true : 'ok';
      return [name, values?.[0] ?? plain];
    }),
  );

/** `promptTokenCount` counts what was read from the cache, too; thoughts stand beside the output. */
function usageOf(reply: Reply) {
  const { input, output, cacheRead, cacheWrite, reasoning } = fullUsage(reply);
  const all = input + cacheRead + cacheWrite;
  return {
    promptTokenCount: all,
    candidatesTokenCount: output - reasoning,
    cachedContentTokenCount: cacheRead,
    thoughtsTokenCount: reasoning,
    totalTokenCount: all + output,
  };
}
