import { createHash } from 'node:crypto';
import type { Tokens } from '../../schema/activity.ts';
import type { Trace, Turn } from '../../schema/trace.ts';

/**
 * Turns and tool calls as spans of OpenTelemetry, in the JSON encoding of OTLP, with the attributes of the GenAI conventions:
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-agent-spans/ and .../docs/specs/otlp/#json-protobuf-encoding
 */
type Value = { stringValue: string } | { intValue: string } | { doubleValue: number };
interface Attribute {
  key: string;
  value: Value;
}
export interface Span {
  /** 32 and 16 hex digits. */
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  /** Nanoseconds since the epoch, in decimal digits. */
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status: { code?: number; message?: string };
}

const INTERNAL = 1;
const ERROR = 2;

/** The same words always give the same id, so that an export that is sent twice is one. */
const idOf = (length: number, ...words: (string | number)[]) =>
  createHash('sha256').update(words.join('\0')).digest('hex').slice(0, length);

const turnIds = (turn: Pick<Turn, 'agent' | 'turn'>) => ({
  traceId: idOf(32, 'turn', turn.agent, turn.turn),
  spanId: idOf(16, 'turn', turn.agent, turn.turn),
});
const toolSpanId = (agent: string, turn: number, call: string) => idOf(16, 'tool', agent, turn, call);

/** Nanoseconds since the epoch are beyond what a number holds exactly; parts of milliseconds are kept. */
function nanos(at: number, ms = 0): string {
  const whole = Math.floor(ms);
  return (BigInt(Math.round(at) + whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6))).toString();
}

/** Providers by what the names of their models begin with, as the conventions call them. */
const PROVIDERS: [RegExp, string][] = [
  [/claude|opus|sonnet|haiku/i, 'anthropic'],
  [/^(gpt|o\d|codex)/i, 'openai'],
  [/gemini/i, 'gcp.gemini'],
  [/deepseek/i, 'deepseek'],
  [/(mi|code)stral/i, 'mistral_ai'],
  [/grok/i, 'x_ai'],
];
const providerOf = (model: string | null) => PROVIDERS.find(([fits]) => model && fits.test(model))?.[1] ?? 'unknown';

type Facts = Record<string, string | number | null | undefined>;
const INTEGERS = /tokens|turn$/;

function attributes(facts: Facts): Attribute[] {
  return Object.entries(facts).flatMap(([key, fact]): Attribute[] => {
    if (fact === null || fact === undefined) return [];
    if (typeof fact === 'string') return [{ key, value: { stringValue: fact } }];
    const whole = INTEGERS.test(key) && Number.isInteger(fact);
    return [{ key, value: whole ? { intValue: String(fact) } : { doubleValue: fact } }];
  });
}

/** The conventions count what was read from the cache as input too; reasoning is a part of the output. */
const usage = (tokens: Tokens | null): Facts =>
  tokens === null
    ? {}
    : {
        'gen_ai.usage.input_tokens': tokens.input + tokens.cacheRead + tokens.cacheWrite,
        'gen_ai.usage.output_tokens': tokens.output,
        'gen_ai.usage.cache_read.input_tokens': tokens.cacheRead,
        'gen_ai.usage.cache_creation.input_tokens': tokens.cacheWrite,
        'gen_ai.usage.reasoning.output_tokens': tokens.reasoning,
      };

const common = (one: Turn | Trace, operation: string): Facts => ({
  'gen_ai.operation.name': operation,
  'gen_ai.provider.name': providerOf(one.model),
  'gen_ai.conversation.id': one.agent,
  'gen_ai.agent.id': one.agent,
  'gen_ai.agent.name': one.name,
  'gen_ai.request.model': one.model,
  'boocode.turn': one.turn,
  'boocode.outcome': one.outcome,
  'boocode.waited_ms': one.waitedMs > 0 ? one.waitedMs : null,
  ...usage(one.tokens),
  'boocode.cost.usd': one.cost?.usd,
  'boocode.cost.provenance': one.cost?.provenance,
});

/** Null: it still runs, and a span is told when it has ended. */
export function turnSpan(turn: Turn): Span | null {
  if (turn.durationMs === null) return null;
  const failed = turn.outcome === 'failed';
  return {
    ...turnIds(turn),
    name: `invoke_agent ${turn.name}`,
    kind: INTERNAL,
    startTimeUnixNano: nanos(turn.startedAt),
    endTimeUnixNano: nanos(turn.startedAt, turn.durationMs),
    attributes: attributes({
      ...common(turn, 'invoke_agent'),
      'boocode.duration.provenance': turn.provenance.duration,
      'error.type': failed ? 'failed' : null,
    }),
    status: failed ? { code: ERROR, message: turn.message ?? 'the turn failed' } : {},
  };
}

/** A tool call in its turn, or in the call (a subagent) that it belongs to. Null: it still runs. */
export function toolSpan(trace: Trace): Span | null {
  if (trace.latencyMs === null) return null;
  const { agent, turn, call, parent, tool } = trace;
  const { traceId, spanId: turnSpanId } = turnIds(trace);
  const failed = trace.outcome === 'failed';
  return {
    traceId,
    spanId: toolSpanId(agent, turn, call),
    parentSpanId: parent === null ? turnSpanId : toolSpanId(agent, turn, parent),
    name: `execute_tool ${tool}`,
    kind: INTERNAL,
    startTimeUnixNano: nanos(trace.startedAt),
    // All of it: a span has no hole.
    endTimeUnixNano: nanos(trace.startedAt, trace.latencyMs + trace.waitedMs),
    attributes: attributes({
      ...common(trace, 'execute_tool'),
      'gen_ai.tool.name': tool,
      'gen_ai.tool.call.id': call,
      'gen_ai.tool.type': 'function',
      'boocode.title': trace.title,
      'gen_ai.tool.call.arguments': trace.input,
      'gen_ai.tool.call.result': trace.output,
      'boocode.duration.provenance': trace.provenance.latency,
      'error.type': failed ? 'failed' : null,
    }),
    status: failed ? { code: ERROR, message: trace.error ?? 'the tool failed' } : {},
  };
}

/** The text around the spans of one file: they stand between, separated by commas. */
export function envelope(version: string): { head: string; foot: string } {
  const resource = { attributes: attributes({ 'service.name': 'boocode', 'service.version': version }) };
  const scope = { name: 'boocode', version };
  return {
    head: `{"resourceSpans":[{"resource":${JSON.stringify(resource)},"scopeSpans":[{"scope":${JSON.stringify(scope)},"spans":[\n`,
    foot: '\n]}]}]}\n',
  };
}
