import { cutMiddle } from '../../core/cut.ts';
import { unifiedOf } from '../../core/patch/unified.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Answer, Approval, Question, Verdict } from '../../schema/approval.ts';
import { approvalId } from '../approval-id.ts';
import type { PermissionRequest, PermissionUpdate } from './messages.ts';
import { fileOf, pathIn, titleOf } from './tools.ts';

type Input = Record<string, unknown>;

/** A permission request as a person is asked it. `known`: the input of the call that it is about, where it was seen. */
export function approvalOf({ id, request, known, turn, agent, at }: Asked): Approval {
  const { cwd } = agent;
  const { tool_name: tool, tool_use_id: call = null, blocked_path: blocked } = request;
  const kind = tool === 'AskUserQuestion' ? 'question' : tool === 'ExitPlanMode' ? 'plan' : 'tool';
  // Of a plan the request tells nothing: it stands in the call.
  const input = kind === 'plan' ? { ...known, ...request.input } : request.input;
  const path = fileOf(input, cwd);
  const verdicts: Verdict[] = kind === 'tool' ? ['once', 'session', 'always', 'deny'] : ['once', 'deny'];
  return {
    ...{ id: approvalId(agent, id), at, turn, kind, tool, call, verdicts },
    title: cutMiddle(title(kind, tool, input, cwd), TITLE_LIMIT),
    input: cutMiddle(JSON.stringify(input)),
    command: typeof input.command === 'string' ? input.command : null,
    paths: path !== null ? [path] : typeof blocked === 'string' ? [pathIn(blocked, cwd)] : [],
    diff: kind === 'tool' ? diffOf(input, path) : null,
    reason: reasonOf(request),
    questions: kind === 'question' ? questionsOf(input) : null,
    takesReason: true,
    cut: false,
    via: { type: 'protocol', request: id },
  };
}

interface Asked {
  /** The request's own. */
  id: string;
  request: PermissionRequest;
  known: Input | undefined;
  turn: number;
  agent: Agent;
  at: number;
}

const TITLE_LIMIT = 500;

function title(kind: Approval['kind'], tool: string, input: Input, cwd: string): string {
  if (kind === 'plan') return 'Asks whether to go on with its plan';
  const question = kind === 'question' && questionsOf(input)[0]?.text;
  return question || titleOf(tool, input, cwd);
}

function reasonOf({ decision_reason: reason, description, blocked_path: blocked, input }: PermissionRequest) {
  if (typeof reason === 'string' && reason !== '') return reason;
  // For files it is the file's name once more.
  if (typeof input.command === 'string' && typeof description === 'string') return description;
  return typeof blocked === 'string' ? `it touches ${blocked}` : null;
}

/** The edit as far as its arguments tell: where in the file it is, is not among them, so its lines count from 1. */
function diffOf(input: Input, path: string | null): string | null {
  if (path === null) return null;
  const { content, old_string: before, new_string: after, edits } = input;
  if (typeof content === 'string') return cutMiddle(unifiedOf({ path, before: null, after: content }));
  const parts = Array.isArray(edits) ? (edits as Input[]) : [{ old_string: before, new_string: after }];
  const pairs = parts.filter((edit) => typeof edit.old_string === 'string' && typeof edit.new_string === 'string');
  const line = (text: unknown) => (String(text).endsWith('\n') || text === '' ? String(text) : `${text}\n`);
  const diffs = pairs.map((edit) => unifiedOf({ path, before: line(edit.old_string), after: line(edit.new_string) }));
  return diffs.length === 0 ? null : cutMiddle(diffs.join(''));
}

function questionsOf({ questions }: Input): Question[] {
  if (!Array.isArray(questions)) return [];
  return (questions as Input[]).map(({ question, options, multiSelect }) => ({
    text: String(question),
    choices: (Array.isArray(options) ? (options as Input[]) : []).map(({ label, description }) => ({
      label: String(label),
      description: String(description ?? ''),
    })),
    many: multiSelect === true,
  }));
}

/** The response that carries an answer. `suggestions`: what the request offered for longer than once. */
export function responseOf({ approval, answer, input, suggestions }: Answered): object {
  if (answer.verdict === 'deny') return { behavior: 'deny', message: answer.reason || DENIED };
  const lasting = answer.verdict !== 'once' && approval.kind === 'tool';
  const updates = lasting ? forSession(approval, suggestions) : [];
  return {
    behavior: 'allow',
    // What is not given back is not used: an input that was too long to be kept is left out, and the agent's own stands.
    ...(input && { updatedInput: approval.questions ? answered(input, approval.questions, answer) : input }),
    ...(updates.length > 0 && { updatedPermissions: updates }),
  };
}

const DENIED = 'The person you work for does not want this. Do not try it another way; go on without it, or ask.';

interface Answered {
  approval: Approval;
  answer: Answer;
  input: Input | null;
  suggestions: readonly PermissionUpdate[] | null;
}

/** Answers by the text of their questions, several choices with commas, as Claude Code's own dialog gives them. */
function answered(input: Input, questions: readonly Question[], { answers = [] }: Answer): Input {
  const byText = questions.map(({ text }, index) => [text, (answers[index] ?? []).join(', ')]);
  return { ...input, answers: Object.fromEntries(byText) };
}

/**
 * What lasts: as the request suggests it, but only as long as the session; nothing is written into the project's own settings (rules
 * for good are kept elsewhere). A command does not switch all edits on with it. After a restart the suggestions are gone: they are what
 * they always were.
 */
function forSession(approval: Approval, suggestions: readonly PermissionUpdate[] | null): PermissionUpdate[] {
  const isCommand = approval.command !== null;
  const usual: PermissionUpdate = isCommand
    ? { type: 'addRules', rules: [{ toolName: approval.tool, ruleContent: approval.command }], behavior: 'allow' }
    : approval.diff === null
      ? { type: 'addRules', rules: [{ toolName: approval.tool }], behavior: 'allow' }
      : { type: 'setMode', mode: 'acceptEdits' };
  return (suggestions ?? [usual])
    .filter(({ type }) => !(isCommand && type === 'setMode'))
    .map((update) => ({ ...update, destination: 'session' }));
}
