import { describe, expect, test } from 'vitest';
import { readScript } from '../../src/core/scripts/script.ts';
import { runScript, type SandboxDoors } from '../../src/sandbox/sandbox.ts';
import { DEFAULT_LIMITS } from '../../src/schema/script.ts';
import { until } from '../support/wait.ts';

const META = `export const meta = { name: 'try', description: 'x' };`;
const LIMITS = { ...DEFAULT_LIMITS, memory: 32 * 1024 * 1024, turnMs: 400 };
const BUDGET = { tokens: 1000, usd: null };
const CLOCK = { now: 1_700_000_000_000, seed: 7 };
type Options = Partial<Omit<Parameters<typeof runScript>[0], 'doors'>> & { doors?: Partial<SandboxDoors> };

/** Runs the body of a `main`; its agents answer with their prompt in capital letters. */
function start(body: string, { doors, ...more }: Options = {}) {
  const said: string[] = [];
  const { module } = readScript(`${META}\nexport default async function main(args) {\n${body}\n}`);
  const all: SandboxDoors = {
    agent: async (wish) => ({ ok: true, output: (wish as { prompt: string }).prompt.toUpperCase(), tokens: 5 }),
    workflow: async (wish) => wish,
    phase: (title) => said.push(`phase ${title}`),
    log: (level, text) => said.push(`${level} ${text}`),
    ...doors,
  };
  const { signal } = new AbortController();
  const options = {
    file: 'try.js',
    module,
    args: {},
    budget: BUDGET,
    clock: CLOCK,
    limits: LIMITS,
    signal,
    ...more,
    doors: all,
  };
  return { ...runScript(options), said };
}
const run = (body: string, options?: Options) => start(body, options).result;

describe('in scope', () => {
  test('agent gives the output, its detail the whole; a failed one is told, not thrown', async () => {
    expect(await run(`return [await agent('hi'), (await agent.detail('hi')).tokens]`)).toEqual(['HI', 5]);
    const doors = { agent: async () => ({ ok: false, error: 'no such model' }) };
    expect(await run(`return agent('hi', { model: 'x' })`, { doors })).toEqual({ ok: false, error: 'no such model' });
  });

  test('parallel gives results in order, three at once, and one failure loses no other', async () => {
    let now = 0;
    let most = 0;
    let together = 3;
    const agent = async (wish: unknown) => {
      now += 1;
      most = Math.max(most, now);
      await until(`${together} run at once`, () => most >= together);
      now -= 1;
      return { ok: true, output: (wish as { prompt: string }).prompt };
    };
    const body = (limit: string) =>
      `return parallel([1,2,3,4,5,6].map((n) => () => { if (n === 4) throw new Error('four'); return agent(String(n)); })${limit})`;
    const wanted = ['1', '2', '3', { ok: false, error: 'four' }, '5', '6'];
    expect(await run(body(''), { doors: { agent } })).toEqual(wanted);
    expect(most).toBe(3);
    most = 0;
    together = 1;
    expect(await run(body(', { limit: 1 }'), { doors: { agent } })).toEqual(wanted);
    expect(most).toBe(1);
  });

  test('pipeline: an item goes on as soon as its own stage is done', async () => {
    const order: string[] = [];
    const agent = async (wish: unknown) => {
      const { prompt } = wish as { prompt: string };
      if (prompt === 'slow') await until('the other one is through', () => order.includes('FAST!'));
      order.push(prompt);
      return { ok: true, output: prompt.toUpperCase() };
    };
    const body = `return pipeline(['slow', 'fast'], (one) => agent(one), (one) => agent(one + '!'))`;
    expect(await run(body, { doors: { agent } })).toEqual(['SLOW!', 'FAST!']);
    expect(order).toEqual(['fast', 'FAST!', 'slow', 'SLOW!']);
  });

  test('phase, log, console, args, budget, timers, workflow; errors of the outside can be caught', async () => {
    const doors = { workflow: async () => Promise.reject(new Error('one level deep')) };
    const body = `
      phase('one'); log('a', { b: 1 }); console.warn('careful');
      await new Promise((go) => setTimeout(go, 5));
      const why = await workflow('other', { x: 1 }).catch((error) => error.message);
      return { args, total: budget.total, left: budget.remaining(), why };`;
    const sandbox = start(body, { doors, args: { n: 3 } });
    sandbox.spend({ tokens: 400, usd: 0.5 });
    expect(await sandbox.result).toEqual({
      args: { n: 3 },
      total: BUDGET,
      left: { tokens: 600, usd: null },
      why: 'one level deep',
    });
    expect(sandbox.said).toEqual(['phase one', 'log a {"b":1}', 'warn careful']);
  });

  test('what is thrown is told with its line in the file', async () => {
    await expect(run(`\n\nthrow new TypeError('wrong')`)).rejects.toMatchObject({
      code: 'failed',
      message: 'wrong',
      place: 'try.js:5',
    });
    await expect(run(`return agent(7)`)).rejects.toThrow('agent: the prompt must be a text');
  });
});

describe('each life of a run sees the same', () => {
  test('random numbers and the time; time passes by timers', async () => {
    const body = `
      const begun = Date.now();
      await new Promise((go) => setTimeout(go, 30));
      const numbers = [Math.random(), Math.random()];
      return [begun, Date.now() - begun, new Date().getTime() - begun, Date().length > 10, new Date(5).getTime(), numbers,
        new (new Date().constructor)().getTime() - begun, new Date() instanceof Date, typeof performance]`;
    const first = (await run(body)) as unknown[];
    expect(await run(body)).toEqual(first);
    const [begun, passed, again, text, given, numbers, round, kind, other] = first;
    expect([begun, passed, again, text, given, round, kind, other]).toEqual([
      ...[CLOCK.now, 30, 30, true, 5, 30, true, 'undefined'],
    ]);
    for (const one of numbers as number[]) expect(one >= 0 && one < 1).toBe(true);
    const elsewhere = (await run(body, { clock: { ...CLOCK, seed: 8 } })) as unknown[];
    expect(elsewhere[5]).not.toEqual(numbers);
  });
});

describe('bounds', () => {
  test.each([
    ['an endless loop', `while (true);`],
    ['an endless loop after waiting', `await agent('x'); for (;;);`],
    ['a catastrophic pattern', `return /(a+)+$/.test('a'.repeat(60) + '!')`],
    ['an endless row of microtasks', `const f = () => Promise.resolve().then(f); await f();`],
    ['one long built-in operation', `const a = new Array(1e6).fill('x'); for (;;) a.join(',').includes('y');`],
  ])('%s is stopped', async (_what, body) => {
    const begun = performance.now();
    await expect(run(body)).rejects.toThrow('it computed for more than 400 ms without waiting');
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  test('microtasks that each make two are stopped by the bound of a turn, not by the thread that watches', async () => {
    const { user } = process.cpuUsage();
    const body = `function f() { Promise.resolve().then(f); Promise.resolve().then(f); } f(); await new Promise(() => {});`;
    await expect(run(body)).rejects.toThrow('it computed for more than 400 ms without waiting');
    // The watching thread ends it after ten times the bound, and more.
    expect((process.cpuUsage().user - user) / 1000).toBeLessThan(2500);
  });

  test('memory, stack, steps and the size of what leaves', async () => {
    await expect(run(`const all = []; for (;;) all.push(new Array(1e4).fill(1))`)).rejects.toThrow(
      /out of memory|computed/,
    );
    await expect(run(`const f = () => f() + 1; return f()`)).rejects.toThrow(/stack/i);
    await expect(run(`for (;;) await null`, { limits: { ...LIMITS, turnMs: 60_000, steps: 50 } })).rejects.toThrow(
      '50 steps',
    );
    await expect(run(`return 'x'.repeat(2000)`, { limits: { ...LIMITS, message: 1000 } })).rejects.toThrow('too large');
    await expect(run(`return agent('x'.repeat(2000))`, { limits: { ...LIMITS, message: 1000 } })).rejects.toThrow(
      'too large',
    );
  });

  test('lines that are told, and calls and timers that are open at once', async () => {
    const lines = start(`for (let n = 0; n < 20000; n++) log(n)`);
    await expect(lines.result).rejects.toThrow('it has told its 10000 lines');
    expect(lines.said.length).toBe(10_000);
    await expect(run(`for (let n = 0; n < 20000; n++) setTimeout(() => {}, 1e6)`)).rejects.toThrow(
      'it waits for 10000 things already',
    );
    await expect(run(`for (;;) agent('x').catch(() => {})`)).rejects.toThrow(
      /waits for 10000 things|computed for more/,
    );
  });

  test('a script that waits for what can never come is told so', async () => {
    await expect(run(`await new Promise(() => {})`)).rejects.toThrow('it waits for something that can never come');
  });

  test('a script that is stopped ends at once', async () => {
    const abort = new AbortController();
    const result = run(`await new Promise((go) => setTimeout(go, 1e9))`, { signal: abort.signal });
    abort.abort();
    await expect(result).rejects.toMatchObject({ code: 'interrupted' });
  });
});

/** Ways out of sandboxes of the kind of node:vm, each by a name of the outside that must not be there. */
const ESCAPES: Record<string, string> = {
  'the constructor of a function of ours': `agent.constructor('return process')()`,
  'the constructor of an async function': `(await Object.getPrototypeOf(async () => {}).constructor('return process')())`,
  'the constructor of the constructor of a value of ours': `args.constructor.constructor('return process')()`,
  'the constructor of an error of ours': `await workflow().catch((e) => e.constructor.constructor('return process')())`,
  'the constructor of a promise of ours': `agent('x').constructor.constructor('return process')()`,
  'this of a function that is not strict': `(function () { return this.process ?? process })()`,
  'eval of another realm': `(0, eval)('process')`,
  require: `require('fs')`,
  'a dynamic import': `await import('node:fs')`,
  'import.meta': `import.meta.require('fs')`,
  'module.require': `module.require('fs')`,
  'a getter on what is thrown': `(() => { try { null.x } catch (e) { return e.constructor.constructor('return process')() } })()`,
  'a proxy given to ours': `await agent.detail(new Proxy(Object('x'), { get: (t, k) => { throw process } }))`,
  prepareStackTrace: `(() => { Error.prepareStackTrace = (e, frames) => frames; return new Error().stack[0].getThis() ?? process })()`,
  'arguments.callee.caller': `(function f() { return f.caller.constructor('return process')() })()`,
  'globalThis of a worker': `globalThis.postMessage ?? globalThis.parentPort ?? self`,
  WebAssembly: `WebAssembly.compile(new Uint8Array())`,
  fetch: `await fetch('http://127.0.0.1')`,
  'shared memory': `new SharedArrayBuffer(8).constructor.constructor('return process')()`,
  'toJSON of what is returned': `({ toJSON() { return process } })`,
  'a thenable given to the outside': `await parallel([() => ({ then(go) { go(process) } })])`,
};

describe('nobody gets out', () => {
  test.each(Object.entries(ESCAPES))('by %s', async (_way, expression) => {
    const way = `const way = async () => (${expression});`;
    const answer = await run(`${way} const got = await way(); return [typeof got, String(got)]`).catch(
      (error: Error) => error.message,
    );
    // Undefined, an error, or a value of its own: never anything of Node's.
    const [type, text] = Array.isArray(answer) ? (answer as [string, string]) : ['error', String(answer)];
    expect(['undefined', 'object', 'error']).toContain(type);
    expect(text).not.toMatch(/object process|object global|versions|\[native|Worker|MessagePort/);
    const looked = await run(
      `${way} const got = await way(); return got?.versions ?? got?.env ?? got?.mainModule ?? null`,
    ).catch(() => null);
    expect(looked).toBeNull();
  });

  test('what it changes in built-in objects stays inside: it breaks itself alone', async () => {
    const body = `
      Object.prototype.polluted = 'yes'; Array.prototype.map = () => 'no'; JSON.stringify = () => 'stolen';
      Promise.prototype.then = () => 1; globalThis.Error = null;
      return 'through'`;
    // It has taken away what its own promises need.
    await expect(run(body)).rejects.toThrow('it waits for something that can never come');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect([1].map((n) => n + 1)).toEqual([2]);
  });

  test('nothing of the host stands in its global scope', async () => {
    const names = (await run(`return Object.getOwnPropertyNames(globalThis)`)) as string[];
    for (const name of ['process', 'require', 'Buffer', 'fetch', 'WebAssembly', 'postMessage', 'os', 'std', 'host']) {
      expect(names).not.toContain(name);
    }
  });
});
