import type { Message } from './messages.ts';

const STRINGS = [
  ...['subtype', 'uuid', 'session_id', 'parent_tool_use_id', 'model', 'permissionMode', 'claude_code_version'],
  ...['qwen_code_version', 'command_uuid', 'state', 'request_id', 'result', 'terminal_reason'],
];
const NUMBERS = ['retry_delay_ms', 'error_status', 'duration_ms', 'api_error_status', 'total_cost_usd'];
const OBJECTS = ['request', 'response', 'rate_limit_info', 'usage', 'modelUsage'];
const IN_MESSAGE = ['id', 'model', 'role'];
const IN_BLOCK = ['type', 'text', 'thinking', 'id', 'name', 'tool_use_id'];
const IN_TURN = ['uuid', 'session_id', 'parent_tool_use_id'];
const IN_STREAM = ['session_id', 'parent_tool_use_id'];
const IN_EVENT = ['type'];
const IN_DELTA = ['type', 'text', 'thinking'];
const IN_REQUEST = ['subtype', 'tool_name', 'tool_use_id', 'description', 'decision_reason', 'blocked_path'];
const IN_RESPONSE = ['request_id', 'subtype', 'error'];

type Fields = Record<string, unknown>;

const areAll = (of: unknown, names: readonly string[], type: 'string' | 'number' | 'object'): boolean => {
  if (of === undefined || of === null) return true;
  for (const name of names) {
    const value = (of as Fields)[name];
    if (value !== undefined && value !== null && typeof value !== type) return false;
  }
  return true;
};

/**
 * Can what is read of this line be trusted to be a string or a number where it is read as one? The one check at the door: by hand,
 * because a checked copy of every line (zod) takes longer than reading its JSON does.
 */
export function isSound(message: Message): boolean {
  if (message.type === 'stream_event') return isSoundStream(message);
  if (message.type === 'assistant' || message.type === 'user') {
    if (!areAll(message, IN_TURN, 'string') || !areAll(message, ['message'], 'object')) return false;
    return isSoundContent(message.message);
  }
  if (!areAll(message, STRINGS, 'string') || !areAll(message, NUMBERS, 'number')) return false;
  if (!areAll(message, OBJECTS, 'object')) return false;
  return areAll(message.request, IN_REQUEST, 'string') && areAll(message.response, IN_RESPONSE, 'string');
}

function isSoundContent(said: Message['message']): boolean {
  if (!areAll(said, IN_MESSAGE, 'string')) return false;
  const content = said?.content;
  return !Array.isArray(content) || content.every((block) => areAll(block, IN_BLOCK, 'string'));
}

/** Most lines are pieces of a stream. */
function isSoundStream(message: Message): boolean {
  const { event } = message;
  if (!areAll(message, IN_STREAM, 'string') || !areAll(message, ['event'], 'object')) return false;
  if (!event) return true;
  if (!areAll(event, IN_EVENT, 'string') || !areAll(event.delta, IN_DELTA, 'string')) return false;
  return areAll(event.message, IN_MESSAGE, 'string');
}

/**
 * Pieces of a stream that come often and say nothing: the input of a tool call as it grows (it is told whole), ends of parts, counts of
 * thoughts, that it asks its model. Known by how they begin, without being read.
 */
const IDLE =
  /^\{"type":"(?:stream_event","event":\{"type":"(?:content_block_stop"|message_stop"|ping"|content_block_delta","index":\d+,"delta":\{"type":"(?:input_json|signature)_delta")|system","subtype":"(?:thinking_tokens"|status","status":"requesting","session_id"))/;

export const isIdle = (line: string): boolean => line.endsWith('}') && IDLE.test(line);
