import { spawn } from 'node:child_process';
import { createLines } from '../../src/util/lines.ts';
import { program } from '../cli/boocode.ts';

export interface Answer {
  /** What it answered with, read as JSON; of an error its sentence. */
  value: unknown;
  /** What it said besides. */
  news: string[];
  isError: boolean;
}

interface Response {
  result?: { tools: { name: string }[]; content: { text: string }[]; isError?: boolean };
  error?: { code: number; message: string };
}

export interface Mcp extends AsyncDisposable {
  pid: number;
  /** One request as it is, and its answer: `result` or `error`. */
  request(method: string, params?: object): Promise<Response>;
  tool(name: string, args?: object): Promise<Answer>;
  /** Ends its input; its exit code. */
  end(): Promise<number | null>;
}

/** `boocode mcp` as a program that speaks MCP starts it, and this program's side of the conversation. */
export async function startMcp(
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Mcp> {
  const child = spawn(process.execPath, [program, 'mcp', ...args], { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map<number, (answer: never) => void>();
  const lines = createLines((line) => {
    const message = JSON.parse(line);
    waiting.get(message.id)?.(message as never);
    waiting.delete(message.id);
  });
  child.stdout.on('data', (bytes: Buffer) => lines.add(bytes));
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  let count = 0;
  const say = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request: Mcp['request'] = (method, params = {}) => {
    const id = ++count;
    const answer = new Promise<never>((resolve) => waiting.set(id, resolve));
    say({ id, method, params });
    const gone = exited.then((code) =>
      Promise.reject(new Error(`boocode mcp ended (${code}) before it answered ${method}`)),
    );
    return Promise.race([answer, gone]);
  };
  const end = () => {
    child.stdin.end();
    return exited;
  };
  await request('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  });
  say({ method: 'notifications/initialized' });
  return {
    pid: child.pid!,
    request,
    async tool(name, args = {}) {
      const { result, error } = await request('tools/call', { name, arguments: args });
      if (!result) return { value: error?.message, news: [], isError: true };
      const [first = '', ...news] = result.content.map(({ text }) => text);
      return { value: result.isError ? first : JSON.parse(first), news, isError: result.isError === true };
    },
    end,
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}
