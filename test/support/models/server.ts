import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { anthropic } from './anthropic.ts';
import { chat } from './chat.ts';
import { gemini } from './gemini.ts';
import { responses } from './openai.ts';
import type { Answer, Protocol } from './protocol.ts';
import { type Ask, chooseReply, fullUsage, type Reply, type Script, type Usage } from './script.ts';
import { nameCall } from './tools.ts';

/** Every provider that is spoken here; another one is another file and a line here. */
const PROTOCOLS: Protocol[] = [anthropic, responses, chat, gemini];

/** One request to a model, in the order in which they came. */
export interface Asked {
  protocol: string;
  url: string;
  ask: Ask;
  body: Record<string, unknown>;
  reply: Reply;
  /** Beside the conversation: a title, a summary. */
  side: boolean;
  /** What it was told to have used; null for a failure. */
  usage: Required<Usage> | null;
  /** Nothing of the answer is still to be sent. */
  done: boolean;
}

/**
 * The providers' side of agents without any network: one port on loopback that answers by a script, in the test's own process, and
 * keeps what it was asked. `await using` closes it.
 */
export interface Models extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  script: Script;
  /** Where paths of tool calls are when a request does not tell its folder. */
  cwd: string;
  readonly asked: readonly Asked[];
  /** Requests that nothing here answers, as `METHOD path`: none in a good test. */
  readonly unknown: readonly string[];
  /** Lets replies with this `hold` go, those that come later too. */
  release(hold: string): void;
}

export async function startModels(script: Script, { cwd = process.cwd() } = {}): Promise<Models> {
  const held = new Map<string, PromiseWithResolvers<void>>();
  const gate = (name: string) => {
    const found = held.get(name) ?? Promise.withResolvers<void>();
    held.set(name, found);
    return found;
  };
  const asked: Asked[] = [];
  const unknown: string[] = [];
  const closed = new AbortController();
  const models = { script, cwd, asked, unknown, release: (name: string) => gate(name).resolve() };
  const mark = `${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
  let ids = 0;
  const server = createServer((request, response) => {
    const wait = (name: string) => Promise.race([gate(name).promise, aborted(closed.signal, response)]);
    const id = (prefix: string) => `${prefix}${String(++ids).padStart(4, '0')}${mark}`;
    serve({ models, request, response, wait, id }).catch((error: unknown) => {
      unknown.push(`${request.method} ${request.url}: ${error}`);
      response.headersSent ? response.destroy() : json(response, 400, { error: { message: String(error) } });
    });
  });
  // Some CLIs try a web socket first.
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(models, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      closed.abort();
      await close(server);
    },
  });
}

interface Served {
  models: { script: Script; cwd: string; asked: Asked[]; unknown: string[] };
  request: IncomingMessage;
  response: ServerResponse;
  wait(hold: string): Promise<void>;
  id(prefix: string): string;
}

async function serve({ models, request, response, wait, id }: Served): Promise<void> {
  const body = await bodyOf(request);
  const url = request.url ?? '/';
  const path = url.split('?')[0]!;
  const protocol = request.method === 'POST' && PROTOCOLS.find((one) => one.path.test(path));
  if (!protocol) return answerPlain(`${request.method} ${path}`, body, models.unknown, response);
  const ask = protocol.ask(body, url);
  const { reply, side } = chooseReply(models.script, ask);
  const failed = (reply.status ?? 200) !== 200;
  const entry: Asked = {
    ...{ protocol: protocol.name, url, ask, body, reply, side },
    usage: failed ? null : fullUsage(reply),
    done: false,
  };
  models.asked.push(entry);
  if (reply.hold !== undefined) await wait(reply.hold);
  if (reply.delayMs !== undefined) await delay(reply.delayMs);
  const headers = { ...protocol.limits(reply), ...reply.headers };
  if (failed) {
    json(response, reply.status!, protocol.failure({ ...reply, status: reply.status! }), headers);
  } else {
    const calls = (reply.tools ?? []).map((call) => nameCall(call, ask, models.cwd));
    const answer = protocol.answer({ ask, reply, calls, body, url, id });
    await send({ response, answer, reply, headers, wait });
  }
  entry.done = true;
}

async function send({ response, answer, reply, headers, wait }: Sending): Promise<void> {
  const type = answer.contentType ?? 'text/event-stream';
  response.writeHead(200, { 'content-type': type, ...answer.headers, ...headers });
  const half = Math.ceil(answer.pieces.length / 2);
  for (const [index, piece] of answer.pieces.entries()) {
    if (index === half && reply.cut) return void response.destroy();
    if (index === half && reply.holdHalf !== undefined) await wait(reply.holdHalf);
    if (response.destroyed) return;
    // Sent, not only queued: what breaks off after it must not take it along.
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    if (reply.pieceMs !== undefined) await delay(reply.pieceMs);
  }
  response.end();
}

interface Sending {
  response: ServerResponse;
  answer: Answer;
  reply: Reply;
  headers: Record<string, string>;
  wait: Served['wait'];
}

function answerPlain(
  request: string,
  body: Record<string, unknown>,
  unknown: string[],
  response: ServerResponse,
): void {
  const plain = PROTOCOLS.flatMap((protocol) => protocol.plain ?? []).find((one) => one.request.test(request));
  // `/` is asked whether anybody is there.
  const found = plain ? plain.answer(body) : /^(HEAD|GET) \/$/.test(request) ? {} : null;
  if (found === null) unknown.push(request);
  json(response, found === null ? 404 : 200, found ?? { error: { message: `nothing answers ${request}` } });
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>);
}

/** The one who asked is gone, or the server is being closed. */
const aborted = (signal: AbortSignal, response: ServerResponse) =>
  new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    response.once('close', () => resolve());
  });

const close = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
