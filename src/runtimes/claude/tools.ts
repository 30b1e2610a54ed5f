import type { Location, ToolKind } from '../../schema/activity.ts';

type Input = Record<string, unknown>;

/** Claude Code's tools and, below, Qwen Code's. */
const KINDS: Readonly<Record<string, ToolKind>> = {
  ...{ Read: 'read', NotebookRead: 'read', LS: 'read' },
  ...{ Edit: 'edit', Write: 'edit', MultiEdit: 'edit', NotebookEdit: 'edit' },
  ...{ Bash: 'execute', BashOutput: 'execute', KillShell: 'execute', Monitor: 'execute' },
  ...{ Grep: 'search', Glob: 'search', WebSearch: 'search', ToolSearch: 'search' },
  ...{ WebFetch: 'fetch', Task: 'agent', Agent: 'agent' },
  ...{ read_file: 'read', read_many_files: 'read', list_directory: 'read' },
  ...{ write_file: 'edit', edit: 'edit', replace: 'edit', run_shell_command: 'execute' },
  ...{ grep_search: 'search', search_file_content: 'search', glob: 'search', web_search: 'search' },
  ...{ web_fetch: 'fetch', task: 'agent' },
};

export const kindOf = (tool: string): ToolKind => (Object.hasOwn(KINDS, tool) ? KINDS[tool]! : 'other');

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A path as its project calls it: relative where it is inside. */
export const pathIn = (path: string, cwd: string): string =>
  path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;

/** The file that a call names; null: none. */
export const fileOf = (input: Input, cwd: string): string | null => {
  const path = text(input.file_path) ?? text(input.notebook_path) ?? text(input.absolute_path) ?? text(input.path);
  return path === null ? null : pathIn(path, cwd);
};

export function locationsOf(input: Input, cwd: string): (typeof Location)['_output'][] {
  const path = fileOf(input, cwd);
  if (path === null) return [];
  const line = Number.isInteger(input.offset) && Number(input.offset) > 0 ? Number(input.offset) : null;
  return [{ path, line }];
}

/** One line: what it does. */
export function titleOf(tool: string, input: Input, cwd: string): string {
  const what =
    text(input.command) ??
    fileOf(input, cwd) ??
    text(input.pattern) ??
    text(input.query) ??
    text(input.url) ??
    text(input.description) ??
    text(input.subject) ??
    text(input.prompt);
  const [line = ''] = (what ?? '').trimStart().split('\n', 1);
  return line === '' ? tool : `${tool} ${line}`;
}
