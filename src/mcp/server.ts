import type { CallToolResult } from '@modelcontextprotocol/server';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { onlyLooks } from '../core/approvals/own-tools.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { VERSION } from '../util/version.ts';
import { type Asker, createAsker } from './asker.ts';
import { projectTools } from './project.ts';
import { subagentTools } from './subagents.ts';
import type { Tool } from './tool.ts';
import { newsWords } from './words.ts';

const TOOLS: readonly Tool[] = [...subagentTools, ...projectTools];

const INSTRUCTIONS =
  'You are one of several agents in a project that a person runs with BooCode. These tools start further agents that work for you in the ' +
  'background, and show what the others do. Start some only for work that is worth it and can be done beside yours.';

/** Claude Code offers tools of other servers when they are searched for. */
const AT_ONCE = { 'anthropic/alwaysLoad': true };

const text = (value: string) => ({ type: 'text' as const, text: value });

/** Serves one agent over standard input and output until that ends. */
export async function serve(options: {
  root: string;
  agent: string;
  env: Record<string, string>;
  input: NodeJS.ReadStream;
}): Promise<void> {
  const asker = createAsker(options);
  const ended = new Promise<void>((resolve) => {
    for (const event of ['end', 'close'] as const) options.input.once(event, () => resolve());
  });
  const handle = serveStdio(() => serverFor(asker));
  await ended;
  await handle.close();
  asker.close();
}

function serverFor(asker: Asker): McpServer {
  const server = new McpServer({ name: 'boocode', title: 'BooCode', version: VERSION }, { instructions: INSTRUCTIONS });
  for (const { name, title, description, input, run } of TOOLS) {
    const annotations = { title, readOnlyHint: onlyLooks(name), destructiveHint: false, openWorldHint: false };
    server.registerTool(name, { title, description, inputSchema: input, annotations, _meta: AT_ONCE }, (args) =>
      answer(asker, () => run(asker, args)),
    );
  }
  return server;
}

/** The answer as JSON, or the sentence that says why there is none; and what has ended meanwhile. */
async function answer(asker: Asker, run: () => Promise<unknown>): Promise<CallToolResult> {
  try {
    const value = await run();
    return { content: [text(JSON.stringify(value, null, 1)), ...(await news(asker))] };
  } catch (error) {
    const hint = error instanceof BooError && error.hint ? ` (${error.hint})` : '';
    return { content: [text(`${messageOf(error)}${hint}`)], isError: true };
  }
}

async function news({ agent, call }: Asker) {
  const { ended } = await call('subagent.news', { parent: agent });
  return ended.length > 0 ? [text(newsWords(ended))] : [];
}
