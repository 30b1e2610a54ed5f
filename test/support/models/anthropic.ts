import { type Answer, type Exchange, type NamedCall, type Protocol, pieces, sse } from './protocol.ts';
import { type Ask, fullUsage, type Limit, type OfferedTool, type Reply } from './script.ts';

interface Block {
  type: string;
  text?: string;
}
interface Message {
  role: string;
  content: string | Block[];
}

/** Texts that the CLI itself puts into the person's messages. */
const OF_THE_CLI = /^\s*(<system-reminder>|\[Request interrupted)/;

/** Anthropic's Messages, as Claude Code speaks them. */
export const anthropic: Protocol = {
  name: 'anthropic',
  path: /\/v1\/messages$/,
  ask,
  answer,
  failure: ({ status, error, errorType }) => ({
    type: 'error',
    error: { type: errorType ?? errorTypeOf(status), message: error ?? `scripted failure ${status}` },
  }),
  limits,
  plain: [
    { request: /^POST .*\/count_tokens$/, answer: (body) => ({ input_tokens: JSON.stringify(body).length >> 2 }) },
  ],
};

const textsOf = ({ role, content }: Message): string[] => {
  if (role !== 'user') return [];
  const texts = typeof content === 'string' ? [content] : content.flatMap((block) => block.text ?? []);
  return texts.filter((text) => !OF_THE_CLI.test(text));
};

function ask(body: Record<string, unknown>): Ask {
  const messages = body.messages as Message[];
  const newest = messages.findLastIndex((message) => textsOf(message).length > 0);
  const offered = (body.tools ?? []) as { name: string; input_schema?: { properties?: OfferedTool['properties'] } }[];
  return {
    model: String(body.model),
    prompt: newest < 0 ? '' : textsOf(messages[newest]!).at(-1)!,
    answered: messages.slice(newest + 1).filter(({ role }) => role === 'assistant').length,
    cwd: /working directory: (\/[^\s\\"]+)/i.exec(JSON.stringify([body.system, messages]))?.[1] ?? null,
    tools: new Map(offered.map(({ name, input_schema }) => [name, { properties: input_schema?.properties ?? {} }])),
  };
}

function answer({ ask, reply, calls, body, id }: Exchange): Answer {
  const usage = usageOf(reply);
  const blocks = [
    ...(reply.thinking ? [{ type: 'thinking', thinking: reply.thinking, signature: 'c2NyaXB0' }] : []),
    ...(reply.text ? [{ type: 'text', text: reply.text }] : []),
    ...calls.map(({ name, input }: NamedCall) => ({ type: 'tool_use', id: id('toolu_'), name, input })),
  ];
  const stop = calls.length > 0 ? 'tool_use' : 'end_turn';
  const message = {
    id: id('msg_'),
    type: 'message',
    role: 'assistant',
    model: ask.model,
    content: blocks,
    stop_reason: stop,
    stop_sequence: null,
    usage,
  };
  const headers = { 'request-id': id('req_') };
  if (body.stream !== true) return { contentType: 'application/json', headers, pieces: [JSON.stringify(message)] };
  const begun = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  return {
    headers,
    pieces: [
      event('message_start', { message: begun }),
      ...blocks.flatMap(streamed),
      event('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage }),
      event('message_stop', {}),
    ],
  };
}

const event = (type: string, data: object) => sse({ type, ...data }, type);

function streamed(block: Record<string, unknown>, index: number): string[] {
  const delta = (type: string, fields: object) => event('content_block_delta', { index, delta: { type, ...fields } });
  const start = (content_block: object) => event('content_block_start', { index, content_block });
  const stop = event('content_block_stop', { index });
  if (block.type === 'text') {
    const grown = pieces(block.text as string).map((text) => delta('text_delta', { text }));
    return [start({ type: 'text', text: '' }), ...grown, stop];
  }
  if (block.type === 'thinking') {
    const grown = pieces(block.thinking as string).map((thinking) => delta('thinking_delta', { thinking }));
    const signed = delta('signature_delta', { signature: block.signature });
    return [start({ type: 'thinking', thinking: '', signature: '' }), ...grown, signed, stop];
  }
  const grown = pieces(JSON.stringify(block.input), 40).map((partial_json) =>
    delta('input_json_delta', { partial_json }),
  );
  return [start({ ...block, input: {} }), ...grown, stop];
}

function usageOf(reply: Reply) {
  const { input, output, cacheRead, cacheWrite } = fullUsage(reply);
  return {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: output,
    service_tier: 'standard',
  };
}

const errorTypeOf = (status: number): string =>
  ({ 400: 'invalid_request_error', 401: 'authentication_error', 429: 'rate_limit_error', 529: 'overloaded_error' })[
    status
  ] ?? 'api_error';

/** Subscriptions' limits: the first one stands for five hours, the second one for seven days. */
function limits({ limits = [], status }: Reply): Record<string, string> {
  const first = limits[0];
  if (!first) return {};
  const prefix = 'anthropic-ratelimit-unified';
  const state = (limit: Limit) => limit.status ?? (status === 429 ? 'rejected' : 'allowed');
  const seconds = (limit: Limit) => (limit.resetsAt === undefined ? null : String(Math.round(limit.resetsAt / 1000)));
  const one = (limit: Limit, window: string) => [
    [`${prefix}-${window}-status`, state(limit)],
    [`${prefix}-${window}-utilization`, String(limit.usedPercent / 100)],
    [`${prefix}-${window}-reset`, seconds(limit)],
  ];
  const all = [
    [`${prefix}-status`, state(first)],
    [`${prefix}-representative-claim`, 'five_hour'],
    [`${prefix}-reset`, seconds(first)],
    ...one(first, '5h'),
    ...limits.slice(1, 2).flatMap((limit) => one(limit, '7d')),
  ];
  return Object.fromEntries(all.filter(([, value]) => value !== null)) as Record<string, string>;
}
