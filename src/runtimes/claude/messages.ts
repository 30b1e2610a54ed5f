/*
 * What Claude Code prints with `--output-format stream-json`, as far as it is used here (seen in 2.1.197 and 2.1.329; Qwen Code prints
 * the same shapes). Nothing of it is checked as a whole: a line may be long and comes often. Every field is taken as what may be missing,
 * and a line that does not fit what is done with it becomes raw output (decoder.ts).
 */

import type { RateLimitInfo } from '../../core/claude-limits.ts';

export interface Usage {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
}

export interface ModelUsage {
  inputTokens?: number;
  outputTokens?: number;
  cacheReadInputTokens?: number;
  cacheCreationInputTokens?: number;
  thinkingTokens?: number;
  costUSD?: number;
  contextWindow?: number;
}

export interface Block {
  type: string;
  text?: string;
  thinking?: string;
  /** Of a tool_use. */
  id?: string;
  name?: string;
  input?: Record<string, unknown>;
  /** Of a tool_result. */
  tool_use_id?: string;
  content?: string | Block[];
  is_error?: boolean;
}

export interface StreamEvent {
  type: string;
  index?: number;
  message?: { id: string; model?: string; usage?: Usage };
  content_block?: Block;
  delta?: { type?: string; text?: string; thinking?: string };
  usage?: Usage;
}

/** What became of a permission request, told with the tool's result. */
export interface ResultMeta {
  id: string;
  non_execution_kind?: string;
  permission_decision?: { decision?: string };
}

export interface PermissionUpdate {
  type: string;
  destination?: string;
  [field: string]: unknown;
}

export interface PermissionRequest {
  subtype: string;
  tool_name: string;
  input: Record<string, unknown>;
  tool_use_id?: string;
  description?: string;
  decision_reason?: string;
  blocked_path?: string;
  permission_suggestions?: PermissionUpdate[];
}

/** One line. Which fields it has depends on `type` and `subtype`. */
export interface Message {
  type: string;
  subtype?: string;
  uuid?: string;
  session_id?: string;
  parent_tool_use_id?: string | null;
  /** assistant, user */
  message?: { id?: string; model?: string; role?: string; content?: string | Block[]; usage?: Usage };
  /** user */
  isReplay?: boolean;
  tool_use_result?: unknown;
  tool_result_meta?: ResultMeta[];
  /** stream_event */
  event?: StreamEvent;
  /** system */
  model?: string;
  permissionMode?: string;
  claude_code_version?: string;
  qwen_code_version?: string;
  retry_delay_ms?: number;
  error_status?: number | null;
  /** An object in results of Qwen Code. */
  error?: string | { message?: string };
  compact_metadata?: { trigger?: string; pre_tokens?: number };
  /** command_lifecycle */
  command_uuid?: string;
  state?: string;
  /** control_request, control_cancel_request */
  request_id?: string;
  request?: PermissionRequest;
  /** control_response */
  response?: { request_id?: string; subtype?: string; error?: string; response?: Record<string, unknown> };
  rate_limit_info?: RateLimitInfo;
  /** result */
  is_error?: boolean;
  result?: string;
  errors?: string[];
  duration_ms?: number;
  terminal_reason?: string;
  api_error_status?: number | null;
  is_api_error_message?: boolean;
  total_cost_usd?: number;
  usage?: Usage;
  modelUsage?: Record<string, ModelUsage>;
  model_usage_since_last_result?: Record<string, ModelUsage>;
}
