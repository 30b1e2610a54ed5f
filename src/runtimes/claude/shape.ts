import type { Message } from './messages.ts';

type Fields = Record<string, unknown>;

const isText = (value: unknown) => value === undefined || value === null || typeof value === 'string';
const isCount = (value: unknown) => value === undefined || value === null || typeof value === 'number';
const isPart = (value: unknown) => value === undefined || value === null || typeof value === 'object';

/**
 * Can what is read of this line be trusted to be a string or a number where it is read as one? The one check at the door: by hand,
 * because a checked copy of every line (zod) takes longer than reading its JSON does, and field by field, because lists of names took
 * an eighth of the time that reading the JSON took.
 */
export function isSound(message: Message): boolean {
  const of = message as unknown as Fields;
  if (message.type === 'stream_event') return isSoundStream(of);
  if (message.type === 'assistant' || message.type === 'user') return isSoundTurn(of);
  return areTexts(of) && areCounts(of) && areParts(of);
}

const isSoundTurn = ({ uuid, session_id, parent_tool_use_id, message }: Fields) =>
  isText(uuid) &&
  isText(session_id) &&
  isText(parent_tool_use_id) &&
  isPart(message) &&
  isSoundContent(message as Fields);

const areTexts = (of: Fields) =>
  isText(of.subtype) &&
  isText(of.uuid) &&
  isText(of.session_id) &&
  isText(of.parent_tool_use_id) &&
  isText(of.model) &&
  isText(of.permissionMode) &&
  isText(of.claude_code_version) &&
  isText(of.qwen_code_version) &&
  isText(of.command_uuid) &&
  isText(of.state) &&
  isText(of.request_id) &&
  isText(of.result) &&
  isText(of.terminal_reason);

const areCounts = (of: Fields) =>
  isCount(of.retry_delay_ms) &&
  isCount(of.error_status) &&
  isCount(of.duration_ms) &&
  isCount(of.api_error_status) &&
  isCount(of.total_cost_usd);

const areParts = ({ request, response, rate_limit_info, usage, modelUsage }: Fields) =>
  isPart(rate_limit_info) &&
  isPart(usage) &&
  isPart(modelUsage) &&
  isPart(request) &&
  isPart(response) &&
  isSoundRequest(request as Fields) &&
  isSoundResponse(response as Fields);

const isSoundRequest = (of: Fields | null | undefined) =>
  !of ||
  (isText(of.subtype) &&
    isText(of.tool_name) &&
    isText(of.tool_use_id) &&
    isText(of.description) &&
    isText(of.decision_reason) &&
    isText(of.blocked_path));

const isSoundResponse = (of: Fields | null | undefined) =>
  !of || (isText(of.request_id) && isText(of.subtype) && isText(of.error));

const isSoundMessage = (of: Fields | null | undefined) => !of || (isText(of.id) && isText(of.model) && isText(of.role));

function isSoundContent(said: Fields | null | undefined): boolean {
  if (!isSoundMessage(said)) return false;
  return !Array.isArray(said?.content) || said.content.every(isSoundBlock);
}

const isSoundBlock = (of: Fields | null | undefined) =>
  !of ||
  (isText(of.type) &&
    isText(of.text) &&
    isText(of.thinking) &&
    isText(of.id) &&
    isText(of.name) &&
    isText(of.tool_use_id));

/** Most lines are pieces of a stream. */
function isSoundStream({ session_id, parent_tool_use_id, event }: Fields): boolean {
  if (!isText(session_id) || !isText(parent_tool_use_id) || !isPart(event)) return false;
  if (!event) return true;
  const { type, delta, message } = event as Fields;
  return isText(type) && isSoundDelta(delta as Fields) && isSoundMessage(message as Fields);
}

const isSoundDelta = (of: Fields | null | undefined) =>
  !of || (isText(of.type) && isText(of.text) && isText(of.thinking));
