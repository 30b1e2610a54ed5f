import type { Agent } from '../../schema/agent.ts';
import type { Answer, Approval, Question, Verdict } from '../../schema/approval.ts';
import { approvalId } from '../approval-id.ts';
import { isObject, type Json, listOf, objectOf, objectsOf, parseObject, textOf, textOrNull } from '../json.ts';
import { diffOf, type FileChange } from './diff.ts';
import { unwrapShell } from './shell.ts';

/** What `via.request` holds: enough to answer it with nothing else known. */
export interface RequestRef {
  /** As Codex numbered it: a number or a text, and it wants back the same. */
  id: unknown;
  thread: string;
  /** '': none runs. */
  turn: string;
}

export const refOf = (approval: Approval): RequestRef | null => {
  const { via } = approval;
  const ref = via.type === 'protocol' ? parseObject(via.request) : null;
  return ref && { id: ref.id, thread: textOf(ref.thread), turn: textOf(ref.turn) };
};

export interface Asking {
  agent: Agent;
  turn: number;
  at: number;
  /** What the fileChange item of this id would change. */
  changes(call: string): FileChange[];
}

type Kind = Pick<
  Approval,
  'kind' | 'tool' | 'title' | 'input' | 'command' | 'paths' | 'diff' | 'questions' | 'verdicts'
>;

const ALL: Verdict[] = ['once', 'session', 'always', 'deny'];

/** The approval that a request of the app server stands for; null: a request that is none we know. */
export function approvalOf(method: string, id: unknown, params: Json, asking: Asking): Approval | null {
  const kind = kindOf(method, params, asking);
  if (!kind) return null;
  const ref: RequestRef = { id, thread: textOf(params.threadId), turn: textOf(params.turnId) };
  const request = JSON.stringify(ref);
  return {
    id: approvalId(asking.agent, request),
    at: asking.at,
    turn: asking.turn === 0 ? null : asking.turn,
    call: textOrNull(params.itemId),
    reason: textOrNull(params.reason),
    ...kind,
    // A reason reaches it as a message in the middle of its turn.
    takesReason: ref.turn !== '',
    cut: false,
    via: { type: 'protocol', request },
  };
}

function kindOf(method: string, params: Json, asking: Asking): Kind | null {
  switch (method) {
    case 'item/commandExecution/requestApproval':
      return command(params);
    case 'item/fileChange/requestApproval':
      return fileChange(params, asking);
    case 'item/permissions/requestApproval': {
      const { permissions, cwd } = params;
      const title = `more rights: ${JSON.stringify(permissions)}`;
      return { ...NOTHING, tool: 'permissions', title, input: JSON.stringify({ permissions, cwd }) };
    }
    case 'item/tool/requestUserInput':
      return userInput(params);
    case 'mcpServer/elicitation/request':
      return elicitation(params);
    default:
      return null;
  }
}

const NOTHING = {
  kind: 'tool',
  command: null,
  paths: [],
  diff: null,
  questions: null,
  verdicts: ALL,
} satisfies Partial<Kind>;

function command(params: Json): Kind {
  const { command, cwd, commandActions, networkApprovalContext, additionalPermissions, kind } = params;
  const line = textOrNull(command);
  const host = textOf(objectOf(networkApprovalContext).host);
  const short = line === null ? '' : unwrapShell(line);
  return {
    ...NOTHING,
    tool: 'commandExecution',
    title: host ? `reach ${host}` : short.replace(/\s+/g, ' ').trim() || `run a ${textOf(kind) || 'command'}`,
    input: JSON.stringify({ command, cwd, commandActions, networkApprovalContext, additionalPermissions }),
    command: line === null ? null : short,
    // Files of its parts would say less than the command: a rule about paths must not let it pass.
    paths: [],
  };
}

function fileChange(params: Json, { agent, changes }: Asking): Kind {
  const files = changes(textOf(params.itemId));
  const root = textOf(params.grantRoot);
  const paths = files.flatMap(({ path, movedTo }) => (movedTo === null ? [path] : [path, movedTo]));
  const names = files.map(
    ({ kind, path }) => `${kind} ${path.startsWith(`${agent.cwd}/`) ? path.slice(agent.cwd.length + 1) : path}`,
  );
  return {
    ...NOTHING,
    tool: 'fileChange',
    title: root ? `write below ${root}` : names.join(', ') || 'change files',
    input: JSON.stringify({ changes: files, ...(root && { grantRoot: root }) }),
    paths,
    diff: diffOf(files, agent.cwd),
  };
}

function userInput(params: Json): Kind {
  const asked = objectsOf(params.questions);
  const questions: Question[] = asked.map(({ question, options }) => ({
    text: textOf(question),
    choices: objectsOf(options).map(({ label, description }) => ({
      label: textOf(label),
      description: textOf(description),
    })),
    many: false,
  }));
  const title = questions.map(({ text }) => text).join(' · ');
  const input = JSON.stringify({ questions: asked });
  return {
    ...NOTHING,
    kind: 'question',
    tool: 'requestUserInput',
    title,
    input,
    questions,
    verdicts: ['once', 'deny'],
  };
}

/** A form, a page to open, or (with no fields) a plain question whether a tool of an MCP server may run. */
function elicitation(params: Json): Kind {
  const { serverName, message, title, url, requestedSchema } = params;
  const text = textOf(message) || textOf(title);
  const fields = fieldsOf(requestedSchema);
  const questions = fields.map(({ name, schema }) => ({
    text: textOf(schema.title) || textOf(schema.description) || name,
    choices: choicesOf(schema).map((label) => ({ label, description: '' })),
    many: schema.type === 'array',
  }));
  return {
    ...NOTHING,
    kind: fields.length > 0 ? 'question' : 'tool',
    tool: `mcp__${textOf(serverName)}`,
    title: [text, textOf(url)].filter(Boolean).join(' '),
    input: JSON.stringify({ serverName, message: text, url, requestedSchema }),
    questions: fields.length > 0 ? questions : null,
    verdicts: ['once', 'deny'],
  };
}

const fieldsOf = (schema: unknown) =>
  Object.entries(objectOf(objectOf(schema).properties)).map(([name, one]) => ({ name, schema: objectOf(one) }));

const choicesOf = (schema: Json): string[] => {
  if (schema.type === 'boolean') return ['yes', 'no'];
  const from = schema.type === 'array' ? objectOf(schema.items) : schema;
  return listOf(from.enum)
    .map(textOf)
    .concat(objectsOf(from.oneOf ?? from.anyOf).map(({ const: value }) => textOf(value)));
};

/** The result that answers the request. */
export function resultOf(approval: Approval, { verdict, answers = [] }: Answer): Json {
  const allowed = verdict !== 'deny';
  const lasting = verdict === 'session' || verdict === 'always';
  const input = parseObject(approval.input) ?? {};
  if (approval.tool === 'permissions') {
    return { permissions: allowed ? input.permissions : {}, scope: lasting ? 'session' : 'turn' };
  }
  if (approval.tool === 'requestUserInput') {
    const given = objectsOf(input.questions).map(({ id }, index) => [textOf(id), { answers: answers[index] ?? [] }]);
    return { answers: allowed ? Object.fromEntries(given) : {} };
  }
  if (approval.tool.startsWith('mcp__')) {
    const content = Object.fromEntries(
      fieldsOf(input.requestedSchema).flatMap(({ name, schema }, index) => {
        const value = typed(schema, answers[index] ?? []);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    return {
      action: allowed ? 'accept' : 'decline',
      content: allowed && isObject(input.requestedSchema) ? content : null,
      _meta: null,
    };
  }
  return { decision: allowed ? (lasting ? 'acceptForSession' : 'accept') : 'decline' };
}

/** What was chosen, in the type that the form wants; undefined: nothing was. */
function typed({ type }: Json, [first, ...more]: string[]): unknown {
  if (first === undefined) return undefined;
  if (type === 'array') return [first, ...more];
  if (type === 'boolean') return first === 'yes';
  return type === 'number' || type === 'integer' ? Number(first) : first;
}
