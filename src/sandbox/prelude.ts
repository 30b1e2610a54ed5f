/**
 * What stands in a script's scope, run inside the sandbox before it. `host` is the only door: it takes a name and a text and gives
 * nothing back but numbers; answers come in by `settle`. Everything here lives inside: a
 * script that changes built-in objects breaks only itself.
 */
export const PRELUDE = `(host, start) => {
  'use strict';
  const { stringify, parse } = JSON;
  const { freeze, defineProperty } = Object;
  const PromiseOf = Promise;
  const MapOf = Map;
  const ErrorOf = Error;
  const TypeErrorOf = TypeError;
  const StringOf = String;
  const isArray = Array.isArray;
  const { then } = Promise.prototype;
  const { get: mapGet, set: mapSet, delete: mapDelete } = Map.prototype;
  const { apply, construct } = Reflect;
  const waiting = new MapOf();
  const timers = new MapOf();
  let next = 1;
  let spent = { tokens: 0, usd: 0 };
  const ask = (name, value) =>
    new PromiseOf((resolve, reject) => {
      const text = stringify(value);
      if (typeof text !== 'string') throw new TypeErrorOf(name + ': this cannot be told outside');
      const id = next++;
      apply(mapSet, waiting, [id, { resolve, reject }]);
      host('call', id, name, text);
    });
  const text = (value) => {
    if (typeof value === 'string') return value;
    try {
      const json = stringify(value);
      return json === undefined ? StringOf(value) : json;
    } catch {
      return StringOf(value);
    }
  };
  const failure = (error) => ({
    ok: false,
    error: error !== null && typeof error === 'object' && 'message' in error ? StringOf(error.message) : text(error),
  });
  const detail = (prompt, options = {}) => {
    if (typeof prompt !== 'string' || prompt === '') throw new TypeErrorOf('agent: the prompt must be a text');
    return ask('agent', { ...options, prompt });
  };
  const agent = async (prompt, options) => {
    const answer = await detail(prompt, options);
    return answer.ok ? answer.output : { ok: false, error: answer.error };
  };
  defineProperty(agent, 'detail', { value: detail });
  const width = (options) => {
    const limit = options && options.limit !== undefined ? options.limit : 3;
    if (!(limit >= 1)) throw new TypeErrorOf('limit must be a number from 1');
    return limit;
  };
  // The same in each life of a run: what it does must follow from its arguments and the results it gets. Time passes by timers alone.
  let now = start.now;
  let seed = start.seed >>> 0;
  Math.random = () => {
    seed = (seed + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const DateOf = Date;
  DateOf.now = () => now;
  globalThis.Date = new Proxy(DateOf, {
    apply: () => StringOf(new DateOf(now)),
    construct: (target, given, self) => construct(target, given.length === 0 ? [now] : given, self),
  });
  DateOf.prototype.constructor = globalThis.Date;
  delete globalThis.performance;
  const inOrder = (count, limit, task) =>
    new PromiseOf((resolve) => {
      const results = [];
      for (let i = 0; i < count; i++) results[i] = undefined;
      let begun = 0;
      let ended = 0;
      const end = (at, value) => {
        results[at] = value;
        ended++;
        if (ended === count) resolve(results);
        else more();
      };
      const more = () => {
        while (begun < count && begun - ended < limit) {
          const at = begun++;
          const run = new PromiseOf((go) => go(task(at)));
          apply(then, run, [(value) => end(at, value), (error) => end(at, failure(error))]);
        }
      };
      if (count === 0) resolve(results);
      else more();
    });
  const parallel = (thunks, options) => {
    if (!isArray(thunks)) throw new TypeErrorOf('parallel: a list of functions is wanted');
    for (let i = 0; i < thunks.length; i++) {
      if (typeof thunks[i] !== 'function') throw new TypeErrorOf('parallel: entry ' + i + ' is no function (write () => agent(...))');
    }
    return inOrder(thunks.length, width(options), (at) => thunks[at]());
  };
  const pipeline = (items, ...stages) => {
    if (!isArray(items)) throw new TypeErrorOf('pipeline: a list of items is wanted');
    const last = stages[stages.length - 1];
    const options = typeof last === 'function' ? undefined : stages.pop();
    for (let i = 0; i < stages.length; i++) {
      if (typeof stages[i] !== 'function') throw new TypeErrorOf('pipeline: stage ' + i + ' is no function');
    }
    return inOrder(items.length, options ? width(options) : items.length, async (at) => {
      let value = items[at];
      for (let i = 0; i < stages.length; i++) value = await stages[i](value, at, items[at]);
      return value;
    });
  };
  const say = (level) => (...values) => {
    let line = '';
    for (let i = 0; i < values.length; i++) line += (i > 0 ? ' ' : '') + text(values[i]);
    host('log', 0, level, line);
  };
  const timer = (repeats) => (task, ms = 0, ...given) => {
    if (typeof task !== 'function') throw new TypeErrorOf('a timer needs a function');
    const id = next++;
    const wait = ms > 0 ? +ms : 0;
    apply(mapSet, timers, [id, { task, given, wait, repeats, due: now + wait }]);
    host('timer', id, '', StringOf(wait));
    return id;
  };
  const stop = (id) => void apply(mapDelete, timers, [id]);
  const scope = {
    agent: freeze(agent),
    parallel,
    pipeline,
    phase: (title) => void host('phase', 0, '', text(title)),
    log: say('log'),
    console: freeze({ log: say('log'), info: say('log'), debug: say('log'), warn: say('warn'), error: say('error') }),
    budget: freeze({
      total: freeze(start.budget),
      spent: () => ({ ...spent }),
      remaining: () => ({
        tokens: start.budget.tokens === null ? null : start.budget.tokens - spent.tokens,
        usd: start.budget.usd === null ? null : start.budget.usd - spent.usd,
      }),
    }),
    args: start.args,
    workflow: (name, args = {}) => ask('workflow', { name: text(name), args }),
    setTimeout: timer(false),
    setInterval: timer(true),
    clearTimeout: stop,
    clearInterval: stop,
  };
  for (const name in scope) defineProperty(globalThis, name, { value: scope[name], enumerable: true });
  return freeze({
    settle(id, ok, json) {
      const call = apply(mapGet, waiting, [id]);
      apply(mapDelete, waiting, [id]);
      if (!call) return;
      if (ok) call.resolve(parse(json));
      else call.reject(new ErrorOf(parse(json)));
    },
    fire(id) {
      const one = apply(mapGet, timers, [id]);
      if (!one) return;
      if (one.due > now) now = one.due;
      one.due = now + one.wait;
      if (one.repeats) host('timer', id, '', StringOf(one.wait));
      else apply(mapDelete, timers, [id]);
      one.task(...one.given);
    },
    spend(tokens, usd) {
      spent = { tokens, usd };
    },
    wait(value, done, fail) {
      apply(then, new PromiseOf((go) => go(value)), [done, fail]);
    },
    result: (value) => stringify(value === undefined ? null : value),
    failure: (error) => stringify({ message: failure(error).error, stack: error instanceof ErrorOf ? StringOf(error.stack) : null }),
  });
}`;
