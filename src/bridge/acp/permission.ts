import { cutMiddle } from '../../core/cut.ts';
import type { AcpPermission } from '../../schema/acp.ts';
import type { Answer, Approval, Verdict } from '../../schema/approval.ts';
import { diffOf, shown } from './diffs.ts';
import { type Call, clipped } from './tools.ts';

type Options = AcpPermission['options'];

/** Longer texts beside a request are no reason but its content. */
const MAX_REASON = 2000;

/** An agent's wish for a permission as a request that a person can answer. `request`: its id in the protocol. */
export function approvalOf({
  id,
  at,
  turn,
  request,
  call,
  options,
  cwd,
}: {
  id: string;
  at: number;
  turn: number;
  request: string;
  call: Call;
  options: Options;
  cwd: string;
}): Approval {
  const input = JSON.stringify(call.input ?? {}, null, 2);
  const diff = diffOf(call.edits, cwd);
  const text = call.texts.join('\n');
  const isPlan = options.length > 0 && /plan/i.test(call.tool) && call.kind === 'other' && text !== '';
  return {
    id,
    at,
    turn,
    kind: isPlan ? 'plan' : 'tool',
    tool: call.tool,
    call: call.call,
    title: call.title || call.tool,
    input: cutMiddle(isPlan ? text : input),
    command: commandOf(call),
    paths: pathsOf(call, cwd),
    diff: clipped(diff),
    reason: text !== '' && text.length <= MAX_REASON ? text : null,
    questions: null,
    verdicts: verdictsOf(options),
    takesReason: false,
    cut: false,
    via: { type: 'protocol', request },
  };
}

function commandOf({ kind, input, title }: Call): string | null {
  if (typeof input === 'object' && input !== null && 'command' in input) {
    const { command } = input;
    if (typeof command === 'string') return command;
    if (Array.isArray(command)) return command.join(' ');
  }
  // Gemini gives no input; its title is the command line.
  return kind === 'execute' && title !== '' ? title : null;
}

function pathsOf({ kind, locations, edits }: Call, cwd: string): string[] {
  // Of a command the place is the folder it runs in.
  const places = kind === 'execute' ? [] : locations.map(({ path }) => path);
  return [...new Set([...edits.map(({ path }) => path), ...places].map((path) => shown(path, cwd)))];
}

const of = (options: Options, ...kinds: string[]) =>
  kinds.flatMap((kind) => options.filter((one) => one.kind === kind));

/** Of its wide permissions the one that ends with its session, known by its name; the others may be written down for good (Qwen Code). */
const forSession = (options: Options) =>
  of(options, 'allow_always').find(({ optionId, name }) => /session/i.test(`${optionId} ${name}`));

/**
 * `always` is ours: the request is allowed once, and a rule of the config allows the next ones. So is `session`, where the agent has no
 * such answer.
 */
function verdictsOf(options: Options): Verdict[] {
  const once = of(options, 'allow_once').length > 0;
  const allows = once || of(options, 'allow_always').length > 0;
  return [
    ...(once ? (['once'] as const) : []),
    ...(once || forSession(options) ? (['session'] as const) : []),
    ...(allows ? (['always'] as const) : []),
    'deny',
  ];
}

/** Which of its options an answer is; null: none of them, the request is cancelled. */
export function optionOf(options: Options, { verdict }: Answer): string | null {
  const narrow = of(options, 'allow_once')[0] ?? forSession(options) ?? of(options, 'allow_always')[0];
  const chosen =
    verdict === 'deny'
      ? of(options, 'reject_once', 'reject_always')[0]
      : verdict === 'session'
        ? (forSession(options) ?? narrow)
        : narrow;
  return chosen?.optionId ?? null;
}
