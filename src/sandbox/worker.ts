import { on } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import type { FromSandbox, SandboxLimits, ToSandbox } from '../schema/script.ts';
import { PRELUDE } from './prelude.ts';

/** What the thread is begun with: gives QuickJS, compiled, and then the script (SandboxStart). */
export type SandboxPort = MessagePort;

export interface SandboxStart {
  /** Name of the script in errors. */
  file: string;
  module: string;
  /** JSON of `args`, the budget's total and the clock. */
  start: string;
  limits: SandboxLimits;
}

/** Lines and phases that it may tell in all, and calls and timers that may be open at once: what is told is recorded. */
const MAX_TOLD = 10_000;
const MAX_OPEN = 10_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Jobs (what follows a promise) between two looks at the bounds: an interrupted one ends alone, and those behind it would all be begun. */
const JOBS = 1000;
/** Its types are those of its CommonJS form. */
const release = variant as unknown as QuickJSSyncVariant;
const port = parentPort!;
const say = (message: FromSandbox) => port.postMessage(message);

/** Milliseconds that this thread has computed: on a busy machine far less than have passed. An older Node tells those alone. */
function computedMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? { user: performance.now() * 1000, system: 0 };
  return (user + system) / 1000;
}

/** The thread of one script: QuickJS with the prelude, the script's `main`, and messages that go in and out. */
async function main(given: SandboxPort): Promise<void> {
  const messages = on(given, 'message');
  const next = async (): Promise<unknown> => (await messages.next()).value?.[0];
  const wasmModule = (await next()) as WebAssembly.Module;
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(release, { wasmModule }));
  const { file, module, start, limits } = (await next()) as SandboxStart;
  given.close();
  const runtime = quickjs.newRuntime({ memoryLimitBytes: limits.memory, maxStackSizeBytes: limits.stack });
  const waiting = { calls: 0, timers: 0 };
  let steps = 0;
  let turnEnds = 0;
  let why = '';
  runtime.setInterruptHandler(() => {
    steps += 1;
    if (steps > limits.steps) why = `it computed more than its ${limits.steps} steps`;
    else if (computedMs() > turnEnds)
      why = `it computed for more than ${limits.turnMs} ms without waiting for anything`;
    return why !== '';
  });
  const vm = runtime.newContext();
  const failed = (handle: QuickJSHandle) => {
    const error: unknown = vm.dump(handle);
    handle.dispose();
    const { message = String(error), stack = '' } = (error ?? {}) as { message?: string; stack?: string };
    say({ type: 'failed', message: why || message, place: placeIn(stack, file) });
  };
  /** Lets it run until it waits; every failure here is the script's. */
  const turn = (task: () => void) => {
    turnEnds = computedMs() + limits.turnMs;
    task();
    let done = runtime.executePendingJobs(JOBS);
    while (!done.error && done.value === JOBS && why === '') done = runtime.executePendingJobs(JOBS);
    if (done.error) failed(done.error);
    else if (why !== '') say({ type: 'failed', message: why, place: null });
    else if (waiting.calls + waiting.timers === 0)
      say({ type: 'failed', message: 'it waits for something that can never come', place: null });
    say({ type: 'turn' });
  };
  turn(() => begin(vm, { file, module, start, limits }, { failed, turn, port, waiting, interrupted: () => why }));
}

interface World {
  failed(error: QuickJSHandle): void;
  turn(task: () => void): void;
  port: NonNullable<typeof parentPort>;
  /** What may still wake it. */
  waiting: { calls: number; timers: number };
  interrupted(): string;
}

/** What a script reaches the outside by; `fire`: the time of a timer has come. */
function doorOf(vm: QuickJSContext, limits: SandboxLimits, waiting: World['waiting'], fire: (id: number) => void) {
  const later = (id: number, ms: number) => {
    waiting.timers += 1;
    setTimeout(() => {
      waiting.timers -= 1;
      fire(id);
    }, ms);
  };
  let told = 0;
  return vm.newFunction('host', (...handles) => {
    const [kind, id, name, text] = handles.map((one) => vm.dump(one)) as [string, number, string, string];
    if (text.length > limits.message)
      throw new Error(`a value of ${text.length} characters is too large to leave the script`);
    if (kind === 'phase' || kind === 'log') told += 1;
    if (told > MAX_TOLD) throw new Error(`it has told its ${MAX_TOLD} lines`);
    if (waiting.calls + waiting.timers >= MAX_OPEN) throw new Error(`it waits for ${MAX_OPEN} things already`);
    if (kind === 'call') waiting.calls += 1;
    if (kind === 'call') say({ type: 'call', id, name: name as 'agent', json: text });
    else if (kind === 'phase') say({ type: 'phase', title: text });
    else if (kind === 'log') say({ type: 'log', level: name as 'log', text });
    else later(id, Math.min(Number(text), MAX_TIMER_MS));
  });
}

function begin(vm: QuickJSContext, script: SandboxStart, world: World): void {
  const { file, module, start, limits } = script;
  const { failed, turn, waiting } = world;
  const host = doorOf(vm, limits, waiting, (id) => turn(() => call('fire', vm.newNumber(id))));
  const prelude = vm.unwrapResult(vm.evalCode(`(${PRELUDE})`, 'prelude.js'));
  const json = vm.unwrapResult(vm.evalCode(`(${start})`, 'start.js'));
  const inside = vm.unwrapResult(vm.callFunction(prelude, vm.undefined, host, json));
  /** Calls a function of the prelude; what goes wrong in it is the script's failure. */
  const call = (name: string, ...values: QuickJSHandle[]): QuickJSHandle | undefined => {
    const result = vm.callFunction(vm.getProp(inside, name), vm.undefined, ...values);
    if (!result.error) return result.value;
    failed(result.error);
    return undefined;
  };
  world.port.on('message', (message: ToSandbox) => {
    if (message.type === 'spent') call('spend', vm.newNumber(message.tokens), vm.newNumber(message.usd));
    if (message.type !== 'result') return;
    const { id, ok, json: value } = message;
    waiting.calls -= 1;
    turn(() => call('settle', vm.newNumber(id), ok ? vm.true : vm.false, vm.newString(value)));
  });
  const loaded = vm.evalCode(module, file, { type: 'module' });
  if (loaded.error) {
    failed(loaded.error);
    return;
  }
  const run = vm.newFunction('run', (exports) => {
    const result = vm.callFunction(vm.getProp(exports, 'default'), vm.undefined, vm.getProp(vm.global, 'args'));
    if (result.error) {
      failed(result.error);
      return;
    }
    const finish = (how: 'result' | 'failure') =>
      vm.newFunction(how, (value) => {
        const text = call(how, value ?? vm.undefined);
        if (!text) return;
        const dumped = String(vm.dump(text));
        if (how === 'result') return said(dumped, limits);
        const { message, stack } = JSON.parse(dumped) as { message: string; stack: string | null };
        say({ type: 'failed', message: world.interrupted() || message, place: placeIn(stack ?? '', file) });
      });
    call('wait', result.value, finish('result'), finish('failure'));
  });
  // With an await at its top a module is there later.
  const broken = vm.newFunction('fail', (error) => failed(error!.dup()));
  call('wait', loaded.value, run, broken);
}

function said(json: string, limits: SandboxLimits): void {
  if (json.length <= limits.message) say({ type: 'done', json });
  else say({ type: 'failed', message: `its result of ${json.length} characters is too large`, place: null });
}

/** `file:line` of the first frame of a stack that is in the script. */
function placeIn(stack: string, file: string): string | null {
  const line = stack.split('\n').find((one) => one.includes(`${file}:`));
  const found = line && /:(\d+)(?::\d+)?\)?\s*$/.exec(line);
  return found ? `${file}:${found[1]}` : null;
}

await main(workerData as SandboxPort);
