import * as z from './z.ts';

/*
 * What agents say in the Agent Client Protocol (https://agentclientprotocol.com, version 1), as far as we use it. Looser than the
 * SDK's shapes: real agents leave out what the protocol asks for, and one odd field must not cost the whole message.
 */

/** Anything of another shape counts as not said. */
const loose = <T extends z.ZodType>(shape: T) => shape.nullish().catch(undefined);
const text = loose(z.string());

const Content = z.object({ type: z.string(), text, uri: text, name: text });
const Chunk = { messageId: text, content: Content };

/** `diff`: one file's old and new text, or a part of them. `terminal`: what it prints comes by `_meta`. */
const ToolContent = z.object({
  type: z.string(),
  content: loose(Content),
  path: text,
  oldText: text,
  newText: text,
});

export const AcpTool = z.object({
  toolCallId: z.string(),
  title: text,
  name: text,
  kind: text,
  status: text,
  rawInput: z.unknown().optional(),
  rawOutput: z.unknown().optional(),
  content: loose(z.array(ToolContent.nullable().catch(null))),
  locations: loose(z.array(z.object({ path: z.string(), line: loose(z.number()) }))),
  _meta: loose(
    z.object({
      claudeCode: loose(z.object({ toolName: text, parentToolUseId: text })),
      terminal_output_delta: loose(z.object({ data: z.string() })),
      terminal_output: loose(z.object({ data: z.string() })),
    }),
  ),
});
export type AcpTool = z.infer<typeof AcpTool>;

export const AcpConfigOption = z.object({
  id: z.string(),
  category: text,
  currentValue: text,
  options: loose(
    z.array(
      z.union([
        z.object({ value: z.string(), name: z.string() }),
        z.object({ options: z.array(z.object({ value: z.string(), name: z.string() })) }),
      ]),
    ),
  ),
});
export type AcpConfigOption = z.infer<typeof AcpConfigOption>;
const ConfigOptions = loose(z.array(AcpConfigOption.nullable().catch(null)));

const Window = { status: text, resetsAt: loose(z.number()), utilization: loose(z.number()) };
const LimitInfo = z.object({
  ...Window,
  rateLimitType: text,
  unifiedWindows: loose(z.record(z.string(), loose(z.object(Window)))),
});

/** What one update of a session says. Those of other kinds are not known to us. */
export const AcpUpdate = z.discriminatedUnion('sessionUpdate', [
  z.object({ sessionUpdate: z.literal('agent_message_chunk'), ...Chunk }),
  z.object({ sessionUpdate: z.literal('agent_thought_chunk'), ...Chunk }),
  z.object({ sessionUpdate: z.literal('user_message_chunk'), ...Chunk }),
  z.object({ sessionUpdate: z.literal('tool_call'), ...AcpTool.shape }),
  z.object({ sessionUpdate: z.literal('tool_call_update'), ...AcpTool.shape }),
  z.object({
    sessionUpdate: z.literal('plan'),
    entries: z.array(z.object({ content: z.string(), status: text })),
  }),
  z.object({
    sessionUpdate: z.literal('usage_update'),
    used: loose(z.number()),
    size: loose(z.number()),
    cost: loose(z.object({ amount: z.number(), currency: z.string() })),
    /** Of claude-agent-acp: what its account's limits are at. */
    _meta: loose(z.object({ '_claude/rateLimit': loose(LimitInfo) })),
  }),
  z.object({ sessionUpdate: z.literal('current_mode_update'), currentModeId: z.string() }),
  z.object({ sessionUpdate: z.literal('config_option_update'), configOptions: ConfigOptions }),
  z.object({ sessionUpdate: z.literal('available_commands_update') }),
  z.object({ sessionUpdate: z.literal('session_info_update') }),
]);
export type AcpUpdate = z.infer<typeof AcpUpdate>;
export const AcpNotice = z.object({ sessionId: text, update: AcpUpdate });

/** The agent's answer to `initialize`. */
export const AcpInitialized = z.object({
  protocolVersion: z.number(),
  agentInfo: loose(z.object({ name: z.string(), version: text })),
  agentCapabilities: loose(
    z.object({
      loadSession: loose(z.boolean()),
      promptCapabilities: loose(z.object({ image: loose(z.boolean()) })),
      sessionCapabilities: loose(z.object({ resume: z.unknown().optional() })),
    }),
  ),
  authMethods: loose(z.array(z.object({ id: z.string(), name: text, description: text }))),
});
export type AcpInitialized = z.infer<typeof AcpInitialized>;

/** Its answer to `session/new`, `session/load` and `session/resume`; the last two give no id. */
export const AcpSession = z.object({
  sessionId: text,
  modes: loose(
    z.object({
      currentModeId: z.string(),
      availableModes: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  ),
  models: loose(
    z.object({
      currentModelId: z.string(),
      availableModels: z.array(z.object({ modelId: z.string(), name: z.string() })),
    }),
  ),
  configOptions: ConfigOptions,
});
export type AcpSession = z.infer<typeof AcpSession>;

const count = loose(z.number());

/** Its answer to `session/prompt`. Gemini counts in `_meta` alone. */
export const AcpPrompted = z.object({
  stopReason: z.string(),
  usage: loose(
    z.object({
      inputTokens: z.number(),
      outputTokens: z.number(),
      thoughtTokens: count,
      cachedReadTokens: count,
      cachedWriteTokens: count,
    }),
  ),
  _meta: loose(
    z.object({
      quota: loose(
        z.object({
          token_count: loose(z.object({ input_tokens: count, output_tokens: count })),
          model_usage: loose(z.array(z.object({ model: z.string() }))),
        }),
      ),
    }),
  ),
});
export type AcpPrompted = z.infer<typeof AcpPrompted>;

/** Its wish for a permission. */
export const AcpPermission = z.object({
  sessionId: text,
  toolCall: AcpTool,
  options: z.array(z.object({ optionId: z.string(), name: z.string(), kind: z.string() })),
});
export type AcpPermission = z.infer<typeof AcpPermission>;
