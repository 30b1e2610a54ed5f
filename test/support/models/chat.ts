import { type Exchange, type Protocol, pieces, sse } from './protocol.ts';
import { type Ask, fullUsage, type OfferedTool, type Reply } from './script.ts';

interface Message {
  role: string;
  content?: string | { text?: string }[] | null;
}

/** OpenAI's Chat Completions, as opencode and Qwen Code speak them. */
export const chat: Protocol = {
  name: 'chat',
  path: /\/chat\/completions$/,
  ask,
  answer,
  failure: ({ status, error, errorType }) => ({
    error: {
      message: error ?? `scripted failure ${status}`,
      type: errorType ?? (status === 429 ? 'rate_limit_exceeded' : 'server_error'),
      code: null,
    },
  }),
  // It has no headers of limits that a CLI here reads.
  limits: () => ({}),
};

const textOf = ({ content }: Message): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('\n');

function ask(body: Record<string, unknown>): Ask {
  const messages = (body.messages ?? []) as Message[];
  const newest = messages.findLastIndex(({ role }) => role === 'user');
  const offered = (body.tools ?? []) as {
    function?: { name: string; parameters?: { properties?: OfferedTool['properties'] } };
  }[];
  const text = messages.map(textOf).join('\n');
  return {
    model: String(body.model),
    prompt: newest < 0 ? '' : textOf(messages[newest]!),
    answered: messages.slice(newest + 1).filter(({ role }) => role === 'assistant').length,
    cwd: /(?:working|in the) directory: *(\/[^\s"`]+)/i.exec(text)?.[1] ?? null,
    tools: new Map(
      offered.flatMap(({ function: one }) =>
        one ? [[one.name, { properties: one.parameters?.properties ?? {} }]] : [],
      ),
    ),
  };
}

function answer({ ask, reply, calls, body, id }: Exchange) {
  const tools = calls.map(({ name, input }, index) => ({
    ...{ index, id: id('call_'), type: 'function' },
    function: { name, arguments: JSON.stringify(input) },
  }));
  const common = { id: id('chatcmpl-'), created: 0, model: ask.model };
  const finish_reason = tools.length > 0 ? 'tool_calls' : 'stop';
  const usage = usageOf(reply);
  if (body.stream !== true) {
    const message = {
      role: 'assistant',
      content: reply.text ?? null,
      ...(tools.length > 0 && { tool_calls: tools.map(({ index: _, ...call }) => call) }),
    };
    const whole = { ...common, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage };
    return { contentType: 'application/json', pieces: [JSON.stringify(whole)] };
  }
  const chunk = (delta: object, finish: string | null = null) =>
    sse({ ...common, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });
  return {
    pieces: [
      chunk({ role: 'assistant', content: '' }),
      ...pieces(reply.thinking ?? '').map((reasoning_content) => chunk({ reasoning_content })),
      ...pieces(reply.text ?? '').map((content) => chunk({ content })),
      ...tools.map((call) => chunk({ tool_calls: [call] })),
      chunk({}, finish_reason),
      sse({ ...common, object: 'chat.completion.chunk', choices: [], usage }),
      'data: [DONE]\n\n',
    ],
  };
}

/** `prompt_tokens` counts what was read from the cache, too. */
function usageOf(reply: Reply) {
  const { input, output, cacheRead, cacheWrite, reasoning } = fullUsage(reply);
  const all = input + cacheRead + cacheWrite;
  return {
    ...{ prompt_tokens: all, completion_tokens: output, total_tokens: all + output },
    prompt_tokens_details: { cached_tokens: cacheRead },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}
