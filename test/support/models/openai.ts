import { type Exchange, type NamedCall, type Protocol, pieces, sse } from './protocol.ts';
import { type Ask, fullUsage, type Limit, type OfferedTool, type Reply } from './script.ts';

interface Part {
  text?: string;
}
/** A message, or a call, its output, a thought: those have a type of their own. */
interface Item {
  type?: string;
  role?: string;
  content?: string | Part[];
}
interface Tool {
  type: string;
  name?: string;
  parameters?: { properties?: OfferedTool['properties'] };
  tools?: Tool[];
}

/** Texts that the CLI itself puts before the person's messages. */
const OF_THE_CLI = /^\s*(<environment_context>|<user_instructions>|# AGENTS\.md)/;
const OF_THE_MODEL = /^(function_call|custom_tool_call|local_shell_call|reasoning)$/;

/** OpenAI's Responses, as Codex speaks them. */
export const responses: Protocol = {
  name: 'responses',
  path: /\/responses$/,
  ask,
  answer,
  failure: ({ status, error, errorType, limits: [limit] = [] }) => ({
    error: {
      message: error ?? `scripted failure ${status}`,
      type: errorType ?? (status === 429 ? 'rate_limit_exceeded' : status === 401 ? 'invalid_api_key' : 'server_error'),
      code: null,
      ...(limit?.resetsAt !== undefined && { resets_at: Math.round(limit.resetsAt / 1000) }),
    },
  }),
  limits,
  plain: [{ request: /^GET .*\/models$/, answer: () => ({ object: 'list', data: [], models: [] }) }],
};

const textOf = ({ content }: Item): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('\n');

const isMessage = ({ type }: Item) => type === undefined || type === 'message';

function ask(body: Record<string, unknown>): Ask {
  const items = (Array.isArray(body.input) ? body.input : [{ role: 'user', content: String(body.input) }]) as Item[];
  const newest = items.findLastIndex(
    (item) => isMessage(item) && item.role === 'user' && !OF_THE_CLI.test(textOf(item)),
  );
  const tools = new Map<string, OfferedTool>();
  const offer = (list: Tool[]) => {
    for (const { type, name, parameters, tools: inner } of list) {
      if (inner) offer(inner);
      else if (name) tools.set(name, { properties: parameters?.properties ?? {}, custom: type === 'custom' });
    }
  };
  offer((body.tools ?? []) as Tool[]);
  return {
    model: String(body.model),
    prompt: newest < 0 ? '' : textOf(items[newest]!),
    answered: repliesAfter(items.slice(newest + 1)),
    cwd: /<cwd>([^<]+)<\/cwd>/.exec(items.map(textOf).join('\n'))?.[1] ?? null,
    tools,
  };
}

/** A reply is a run of the model's own items, up to what came of its calls. */
function repliesAfter(items: Item[]): number {
  const ofModel = items.map((item) =>
    isMessage(item) ? item.role === 'assistant' : OF_THE_MODEL.test(item.type ?? ''),
  );
  return ofModel.filter((one, index) => one && !ofModel[index - 1]).length;
}

function answer({ ask, reply, calls, body, id }: Exchange) {
  const output = [
    ...(reply.thinking ? [thought(reply.thinking, id('rs_'))] : []),
    ...(reply.text ? [message(reply.text, id('msg_'))] : []),
    ...calls.map((call) => called(call, ask, id)),
  ];
  const response = {
    ...{ id: id('resp_'), object: 'response', created_at: 0, status: 'completed', model: ask.model },
    ...{ output, usage: usageOf(reply), error: null, incomplete_details: null },
  };
  const headers = { 'x-request-id': id('req_') };
  if (body.stream !== true) return { contentType: 'application/json', headers, pieces: [JSON.stringify(response)] };
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  return {
    headers,
    pieces: [
      event('response.created', { response: begun }),
      ...output.flatMap((item, index) => streamed(item, index)),
      event('response.completed', { response }),
    ],
  };
}

const thought = (text: string, id: string) => ({
  ...{ type: 'reasoning' as const, id, encrypted_content: 'c2NyaXB0' },
  summary: [{ type: 'summary_text', text }],
});

const message = (text: string, id: string) => ({
  ...{ type: 'message' as const, id, role: 'assistant', status: 'completed' },
  content: [{ type: 'output_text', text, annotations: [] }],
});

function called({ name, input, namespace }: NamedCall, ask: Ask, id: Exchange['id']) {
  const common = { status: 'completed', call_id: id('call_'), name, ...(namespace && { namespace }) };
  return ask.tools.get(name)?.custom
    ? { type: 'custom_tool_call' as const, id: id('ctc_'), ...common, input: String(input) }
    : { type: 'function_call' as const, id: id('fc_'), ...common, arguments: JSON.stringify(input) };
}

type Output = ReturnType<typeof thought> | ReturnType<typeof message> | ReturnType<typeof called>;

function streamed(item: Output, output_index: number): string[] {
  const at = { item_id: item.id, output_index };
  const added = (begun: object) => event('response.output_item.added', { output_index, item: { ...item, ...begun } });
  const done = event('response.output_item.done', { output_index, item });
  if (item.type === 'message') {
    const { text } = item.content[0]!;
    const part = (of: string) => ({
      ...at,
      content_index: 0,
      part: { type: 'output_text', text: of, annotations: [] },
    });
    return [
      added({ status: 'in_progress', content: [] }),
      event('response.content_part.added', part('')),
      ...pieces(text).map((delta) => event('response.output_text.delta', { ...at, content_index: 0, delta })),
      event('response.output_text.done', { ...at, content_index: 0, text }),
      event('response.content_part.done', part(text)),
      done,
    ];
  }
  if (item.type === 'reasoning') {
    const { text } = item.summary[0]!;
    const where = { ...at, summary_index: 0 };
    return [
      added({ summary: [] }),
      event('response.reasoning_summary_part.added', { ...where, part: { type: 'summary_text', text: '' } }),
      ...pieces(text).map((delta) => event('response.reasoning_summary_text.delta', { ...where, delta })),
      event('response.reasoning_summary_text.done', { ...where, text }),
      done,
    ];
  }
  return [added({ status: 'in_progress' }), done];
}

const event = (type: string, data: object) => sse({ type, ...data }, type);

/** `input_tokens` counts what was read from the cache, too. */
function usageOf(reply: Reply) {
  const { input, output, cacheRead, cacheWrite, reasoning } = fullUsage(reply);
  const all = input + cacheRead + cacheWrite;
  return {
    input_tokens: all,
    input_tokens_details: { cached_tokens: cacheRead },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: all + output,
  };
}

/** Codex reads its two windows from headers: the first limit is the primary one. */
function limits({ limits: told = [] }: Reply): Record<string, string> {
  const headersOf = (name: string, { usedPercent, resetsAt, windowMinutes = 300 }: Limit) => ({
    [`x-codex-${name}-used-percent`]: String(usedPercent),
    [`x-codex-${name}-window-minutes`]: String(windowMinutes),
    ...(resetsAt !== undefined && { [`x-codex-${name}-reset-at`]: String(Math.round(resetsAt / 1000)) }),
  });
  const [primary, secondary] = told;
  return { ...(primary && headersOf('primary', primary)), ...(secondary && headersOf('secondary', secondary)) };
}
