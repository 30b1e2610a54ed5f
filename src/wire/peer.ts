import type { Duplex } from 'node:stream';
import type { z } from 'zod';
import { type Envelope, type Method, type Methods, PROTOCOL_VERSION, type Topics } from '../schema/wire.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { VERSION } from '../util/version.ts';
import { type Connection, createConnection, type Way } from './connection.ts';

type Params<M extends Methods, K extends keyof M> = z.infer<M[K]['params']>;
type Result<M extends Methods, K extends keyof M> = z.infer<M[K]['result']>;

declare const encoded: unique symbol;

/** A result as JSON, made where it would else have been copied: it is sent as it is. */
export class Encoded<T> {
  declare readonly [encoded]: T;
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/** Answers to the methods of a table; those of `E` may be encoded. A BooError thrown crosses as it is; anything else as `failed`, and goes to `onDefect`. */
export type Handlers<M extends Methods, C = void, E extends keyof M = never> = {
  [K in keyof M]: (params: Params<M, K>, client: C) => Promise<Answer<M, K, E>> | Answer<M, K, E>;
};
type Answer<M extends Methods, K extends keyof M, E> = Result<M, K> | (K extends E ? Encoded<Result<M, K>> : never);

export interface PeerOptions<Serve extends Methods, Call extends Methods, Hear extends Topics, Say extends Topics> {
  role: string;
  /** What this side answers, with its handlers. */
  serve?: { methods: Serve; handlers: Handlers<Serve, Peer<Call, Say>, keyof Serve> };
  /** What the other side answers; what is missing is asked of `load`, before the request leaves. */
  call?: Partial<Call>;
  load?: () => Promise<Call>;
  /** What the other side says unasked. */
  hear?: { topics: Hear; on: { [K in keyof Hear]?: (data: z.infer<Hear[K]>) => void } };
  say?: Say;
  onBinary?: (kind: number, payload: Buffer, peer: Peer<Call, Say>) => void;
  onClose?: (error: Error | undefined) => void;
  onDefect?: (error: unknown, where: string) => void;
}

export interface Peer<Call extends Methods, Say extends Topics> {
  /** Rejects with the BooError of the other side, or `no_daemon` when the connection ends first. */
  call<K extends keyof Call & string>(method: K, params: z.input<Call[K]['params']>): Promise<Result<Call, K>>;
  say<K extends keyof Say & string>(topic: K, data: z.input<Say[K]>): void;
  readonly connection: Connection;
  /** Resolves with the other side's version and role once both have said hello; rejects on another protocol version. */
  readonly ready: Promise<{ version: string; role: string }>;
}

interface Waiting {
  method: string;
  shape: z.ZodType;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Requests, answers and notes in both directions over one stream. Each message is checked once, here, against the
 * tables of schema/; the other side's protocol version is checked before anything else.
 */
export function createPeer<
  Serve extends Methods = Record<never, never>,
  Call extends Methods = Record<never, never>,
  Hear extends Topics = Record<never, never>,
  Say extends Topics = Record<never, never>,
>(stream: Duplex, options: PeerOptions<Serve, Call, Hear, Say>): Peer<Call, Say> {
  const waiting = new Map<number, Waiting>();
  const hello = Promise.withResolvers<{ version: string; role: string }>();
  hello.promise.catch(() => {});
  let nextId = 1;
  let greeted = false;
  /** Of all that was asked: who changed something and then reads has something to look for too. */
  let onlyReads = true;

  const fail = (error: Error) => {
    hello.reject(error);
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  };

  const answer = async (id: number, method: string, params: unknown, way: Way) => {
    try {
      const shape = options.serve?.methods[method];
      if (!shape)
        throw new BooError('protocol', `no method ${method} here`, 'Use the same version of boocode everywhere.');
      const checked = shape.params.safeParse(params, way);
      if (!checked.success) throw new BooError('usage', `${method}: ${describe(checked.error)}`);
      const handler = options.serve!.handlers[method] as (p: unknown, c: unknown) => unknown;
      const result = (await handler(checked.data, peer)) ?? {};
      if (result instanceof Encoded) connection.sendJson(`{"t":"res","id":${id},"result":${result.json}}`);
      else connection.send({ t: 'res', id, result });
    } catch (error) {
      const known = error instanceof BooError;
      if (!known) options.onDefect?.(error, method);
      connection.send({
        t: 'res',
        id,
        error: {
          code: known ? error.code : 'failed',
          message: messageOf(error),
          ...(known && error.hint ? { hint: error.hint } : {}),
        },
      });
    }
  };

  const settle = (message: Extract<Envelope, { t: 'res' }>, way: Way) => {
    const call = waiting.get(message.id);
    if (!call) return;
    waiting.delete(message.id);
    if (message.error) return call.reject(new BooError(message.error.code, message.error.message, message.error.hint));
    const checked = call.shape.safeParse(message.result, way);
    if (checked.success) call.resolve(checked.data);
    else
      call.reject(
        new BooError('protocol', `the answer to ${call.method} is not as agreed: ${describe(checked.error)}`),
      );
  };

  const request = (method: string, params: unknown, known: Method | undefined): Promise<unknown> => {
    if (!known) return Promise.reject(new BooError('protocol', `no method ${method} is known here`));
    if (connection.closed) return Promise.reject(new BooError('no_daemon', 'the connection has ended'));
    const id = nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    onlyReads &&= known.reads === true;
    waiting.set(id, { method, shape: known.result, resolve, reject });
    connection.send({ t: 'req', id, method, params });
    return promise;
  };

  const greet = (message: Extract<Envelope, { t: 'hello' }>) => {
    greeted = true;
    if (message.protocol === PROTOCOL_VERSION) return hello.resolve({ version: message.version, role: message.role });
    const error = new BooError(
      'protocol',
      `this boocode (${VERSION}) speaks protocol ${PROTOCOL_VERSION}, the ${message.role} that runs (${message.version}) speaks ${message.protocol}`,
      'Run boocode daemon stop with the version that started it, then try again; agents go on.',
    );
    fail(error);
    connection.destroy(error);
  };

  const note = (topic: string, data: unknown, way: Way) => {
    const shape = options.hear?.topics[topic];
    const on = options.hear?.on[topic];
    if (!shape || !on) return;
    const checked = shape.safeParse(data, way);
    if (checked.success) on(checked.data as never);
    else options.onDefect?.(checked.error, `note ${topic}`);
  };

  const connection = createConnection(stream, {
    onMessage(message, way) {
      if (message.t === 'hello') return greet(message);
      if (!greeted) throw new BooError('protocol', `the first message was a ${message.t}, not hello`);
      if (message.t === 'req') void answer(message.id, message.method, message.params, way);
      else if (message.t === 'res') settle(message, way);
      else note(message.topic, message.data, way);
    },
    onBinary: (kind, payload) => {
      if (!greeted) throw new BooError('protocol', 'the first message was binary, not hello');
      options.onBinary?.(kind, payload, peer);
    },
    onClose(error) {
      fail(
        error instanceof BooError
          ? error
          : new BooError(
              'no_daemon',
              `the connection ended before the answer came${error ? ` (${error.message})` : ''}`,
              onlyReads ? undefined : 'What was asked may have been done all the same: look before you ask again.',
            ),
      );
      options.onClose?.(error);
    },
  });

  const peer: Peer<Call, Say> = {
    call(method, params) {
      const known = options.call?.[method];
      if (known || !options.load) return request(method, params, known) as Promise<never>;
      return options.load().then((all) => request(method, params, all[method])) as Promise<never>;
    },
    say: (topic, data) => connection.send({ t: 'note', topic, data }),
    connection,
    ready: hello.promise,
  };
  connection.send({ t: 'hello', protocol: PROTOCOL_VERSION, version: VERSION, role: options.role });
  return peer;
}

/** The first thing wrong, as `path: message`. */
function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'value'}: ${issue.message}` : 'nothing is known of it';
}
