import { OWN_LOOKS } from '../core/approvals/own-tools.ts';
import type { ToolServer } from '../schema/bridge.ts';
import { entryPath } from '../util/entry.ts';
import { objectOf, parseObject } from './json.ts';
import type { GivenTools, ToolsAsk } from './types.ts';
import { atLeast } from './version.ts';

/*
 * How each program is given an MCP server for one process alone, beside those of its person. Gemini CLI in its own screen takes them from files
 * of settings alone, and from such a one of ours only where it is root's: it has them over ACP, where they are said when its session is opened.
 */

/** What agents know our tools by. */
const NAME = 'boocode';
/** Node with a loaded machine around it, and the longest wait of a tool, in seconds: Codex gives up after 10 and 60 by itself. */
const START_S = 60;
const CALL_S = 120;

/** The program that gives one agent BooCode's own tools: an MCP server on its standard input and output. */
export const toolServer = (root: string, agent: string): ToolServer => ({
  command: process.execPath,
  args: [entryPath('main'), 'mcp', '--project', root, '--agent', agent],
});

const nothing: GivenTools = { args: [], env: {} };
const asJson = (server: ToolServer) => JSON.stringify({ mcpServers: { [NAME]: server } });

/** One word each: what follows the options would be taken for further values. Those of the person stay. Looking need not be asked for. */
export const claudeTools = ({ server }: ToolsAsk): GivenTools => ({
  args: [`--mcp-config=${asJson(server)}`, `--allowedTools=${OWN_LOOKS.join(',')}`],
  env: {},
});

/** Older versions of Qwen Code end at the option. */
const QWEN_LEAST = '0.24.4';

export const qwenTools = ({ server, version }: ToolsAsk): GivenTools =>
  version !== null && !atLeast(version, QWEN_LEAST)
    ? nothing
    : { args: [`--mcp-config=${asJson(server)}`, `--allowed-tools=${OWN_LOOKS.join(',')}`], env: {} };

/** A value of its config for this process alone, as TOML. Its strings are written as those of JSON are. */
export const codexTools = ({ server: { command, args } }: ToolsAsk): GivenTools => {
  const words = args.map((arg) => JSON.stringify(arg)).join(',');
  const times = `startup_timeout_sec=${START_S},tool_timeout_sec=${CALL_S}`;
  const value = `mcp_servers.${NAME}={command=${JSON.stringify(command)},args=[${words}],${times}}`;
  return { args: ['-c', value], env: {} };
};

/** A config of the environment is laid over the person's own; what is in theirs there stays. One that cannot be read is left as it is. */
export const opencodeTools = ({ server: { command, args }, env }: ToolsAsk): GivenTools => {
  const given = env.OPENCODE_CONFIG_CONTENT;
  const own = given ? parseObject(given) : {};
  if (!own) return nothing;
  const ours = { [NAME]: { type: 'local', command: [command, ...args], enabled: true } };
  return {
    args: [],
    env: { OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...own, mcp: { ...objectOf(own.mcp), ...ours } }) },
  };
};
