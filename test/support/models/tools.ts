import { isAbsolute, join, relative } from 'node:path';
import type { NamedCall } from './protocol.ts';
import type { Ask, OfferedTool, ToolCall } from './script.ts';

type Tools = Ask['tools'];

/** What each CLI calls them, in the order in which they are preferred. */
const NAMES = {
  write: ['Write', 'write_file', 'write'],
  edit: ['Edit', 'replace', 'edit'],
  read: ['Read', 'read_file', 'read'],
  bash: ['Bash', 'bash', 'run_shell_command', 'exec_command', 'shell_command', 'shell', 'local_shell'],
  plan: ['TodoWrite', 'todowrite', 'todo_write', 'write_todos', 'update_plan'],
} as const;

const offered = (tools: Tools, kind: keyof typeof NAMES) => NAMES[kind].find((name) => tools.has(name));
const argument = (tool: OfferedTool, like: RegExp, otherwise: string) =>
  Object.keys(tool.properties).find((name) => like.test(name)) ?? otherwise;

/** The call that this CLI understands. Throws where it offers nothing that could do it: the script does not fit the CLI. */
export function nameCall(call: ToolCall, ask: Ask, cwd: string): NamedCall {
  if ('name' in call) return call;
  if ('ending' in call) return { name: ending(call.ending, ask.tools), input: call.input };
  const named =
    call.tool === 'bash'
      ? shell(call.command, ask.tools, call.description)
      : call.tool === 'plan'
        ? plan(call.items, ask.tools)
        : file(call, ask.tools, ask.cwd ?? cwd);
  if (named) return named;
  throw new Error(`no tool for ${call.tool} among ${[...ask.tools.keys()].join(', ')}`);
}

function ending(name: string, tools: Tools): string {
  // A CLI may have a tool of its own of that name.
  const found = [...tools.keys()].findLast((offered) => offered.endsWith(name));
  if (found !== undefined) return found;
  throw new Error(`no tool ends with ${name} among ${[...tools.keys()].join(', ')}`);
}

type FileCall = Extract<ToolCall, { path: string }>;

function file(call: FileCall, tools: Tools, cwd: string): NamedCall | null {
  const path = isAbsolute(call.path) ? call.path : join(cwd, call.path);
  const name = offered(tools, call.tool);
  if (name === undefined) return call.tool === 'read' ? shell(`cat ${path}`, tools) : patch(call, path, tools, cwd);
  const tool = tools.get(name)!;
  const input: Record<string, unknown> = { [argument(tool, /^(file_?path|absolute_path|path)$/i, 'file_path')]: path };
  if (call.tool === 'write') input.content = call.content;
  if (call.tool === 'edit') {
    input[argument(tool, /^old_?string$/i, 'old_string')] = call.old;
    input[argument(tool, /^new_?string$/i, 'new_string')] = call.new;
    if ('instruction' in tool.properties) input.instruction = 'as asked';
  }
  return { name, input };
}

/** For CLIs that write by `apply_patch` alone. */
function patch(call: FileCall, path: string, tools: Tools, cwd: string): NamedCall | null {
  const lines = (text: string, sign: string) =>
    text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => sign + line);
  const body =
    call.tool === 'edit'
      ? [`*** Update File: ${relative(cwd, path)}`, '@@', ...lines(call.old, '-'), ...lines(call.new, '+')]
      : [`*** Add File: ${relative(cwd, path)}`, ...lines(call.tool === 'write' ? call.content : '', '+')];
  const text = `${['*** Begin Patch', ...body, '*** End Patch'].join('\n')}\n`;
  const tool = tools.get('apply_patch');
  if (tool?.custom) return { name: 'apply_patch', input: text };
  if (tool) return { name: 'apply_patch', input: { [Object.keys(tool.properties)[0] ?? 'input']: text } };
  return shell(`apply_patch <<'EOF'\n${text}EOF`, tools);
}

function shell(command: string, tools: Tools, description?: string): NamedCall | null {
  const name = offered(tools, 'bash');
  if (name === undefined) return null;
  const { properties } = tools.get(name)!;
  if ('cmd' in properties) return { name, input: { cmd: command } };
  return {
    name,
    input: {
      command: properties.command?.type === 'array' ? ['bash', '-lc', command] : command,
      ...('description' in properties && { description: description ?? `run ${command.slice(0, 40)}` }),
      ...('is_background' in properties && { is_background: false }),
    },
  };
}

function plan(items: Extract<ToolCall, { tool: 'plan' }>['items'], tools: Tools): NamedCall | null {
  const name = offered(tools, 'plan');
  if (name === undefined) return null;
  if (name === 'update_plan') {
    return { name, input: { plan: items.map(({ text, status }) => ({ step: text, status })) } };
  }
  if (name === 'write_todos') {
    return { name, input: { todos: items.map(({ text, status }) => ({ description: text, status })) } };
  }
  const todos = items.map(({ text, status }, index) => ({
    id: String(index + 1),
    content: text,
    activeForm: text,
    status,
    priority: 'medium',
  }));
  return { name, input: { todos } };
}
