import type { Message } from './messages.ts';

const STRINGS = [
  ...['subtype', 'uuid', 'session_id', 'parent_tool_use_id', 'model', 'permissionMode', 'claude_code_version'],
  ...['qwen_code_version', 'command_uuid', 'state', 'request_id', 'result', 'terminal_reason'],
];
const NUMBERS = ['retry_delay_ms', 'error_status', 'duration_ms', 'api_error_status', 'total_cost_usd'];
const OBJECTS = ['message', 'event', 'request', 'response', 'rate_limit_info', 'usage', 'modelUsage'];
const IN_MESSAGE = ['id', 'model', 'role'];
const IN_BLOCK = ['type', 'text', 'thinking', 'id', 'name', 'tool_use_id'];
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
  if (!areAll(message, STRINGS, 'string') || !areAll(message, NUMBERS, 'number')) return false;
  if (!areAll(message, OBJECTS, 'object')) return false;
  const { message: said, event, request, response } = message;
  if (event && !(areAll(event, IN_EVENT, 'string') && areAll(event.delta, IN_DELTA, 'string'))) return false;
  if (event?.message && !areAll(event.message, IN_MESSAGE, 'string')) return false;
  if (!areAll(request, IN_REQUEST, 'string') || !areAll(response, IN_RESPONSE, 'string')) return false;
  if (!said) return true;
  if (!areAll(said, IN_MESSAGE, 'string')) return false;
  return !Array.isArray(said.content) || said.content.every((block) => areAll(block, IN_BLOCK, 'string'));
}
