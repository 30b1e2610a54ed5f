import type { Ask, Reply } from './script.ts';

/** A tool call under the name and with the arguments of the CLI that asked. */
export interface NamedCall {
  name: string;
  /** An object, or the text of a custom tool. */
  input: unknown;
  namespace?: string;
}

/** Everything that an answer is made of. */
export interface Exchange {
  ask: Ask;
  reply: Reply;
  calls: readonly NamedCall[];
  /** The request. */
  body: Record<string, unknown>;
  /** With its query. */
  url: string;
  /** A new id: the prefix, a number, and what no other server says. */
  id(prefix: string): string;
}

export interface Answer {
  /** Missing: `text/event-stream`. */
  contentType?: string;
  headers?: Record<string, string>;
  /** One piece of the stream each. */
  pieces: string[];
}

/** How one provider is spoken to. Pure: the server does the waiting, the sending and the breaking off. */
export interface Protocol {
  name: string;
  /** Of a POST, without its query. */
  path: RegExp;
  ask(body: Record<string, unknown>, url: string): Ask;
  answer(exchange: Exchange): Answer;
  /** The body of a failure. */
  failure(reply: Reply & { status: number }): unknown;
  /** What the reply's limits look like in headers, of answers and failures. */
  limits(reply: Reply): Record<string, string>;
  /** Other requests of its CLIs: `METHOD path` ▶ the JSON they get. */
  plain?: { request: RegExp; answer(body: Record<string, unknown>): unknown }[];
}

/** One event of a stream of server-sent events. */
export const sse = (data: unknown, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;

/** A text in pieces as a model streams it. */
export const pieces = (text: string, length = 12): string[] =>
  Array.from({ length: Math.ceil(text.length / length) }, (_, at) => text.slice(at * length, (at + 1) * length));
