import type { InputEvent } from '../../core/keys/event.ts';
import type { Size } from '../../schema/agent.ts';
import { compileSooner } from '../../util/tiers.ts';
import type { Terminal } from '../types.ts';
import { abilitiesOf, answers, backgroundOf } from './abilities.ts';
import type { InputStream } from './input.ts';
import { takeTerminal } from './lease.ts';
import { createListeners } from './listeners.ts';
import { QUESTIONS } from './modes.ts';
import type { OutputStream } from './output.ts';

export interface OpenOptions {
  stdin?: InputStream;
  stdout?: OutputStream;
  env?: Record<string, string | undefined>;
}

function sizeOf(stdout: OutputStream, env: Record<string, string | undefined>): Size {
  const whole = (value: unknown, otherwise: number) => {
    const number = Math.trunc(Number(value));
    return number > 0 ? Math.min(number, 1000) : otherwise;
  };
  return { cols: whole(stdout.columns, whole(env.COLUMNS, 80)), rows: whole(stdout.rows, whole(env.LINES, 24)) };
}

/** A terminal tells its size to whoever has it, which a stopped process had not: Node asks again when it is told now. */
const askSize = () => process.platform !== 'win32' && process.kill(process.pid, 'SIGWINCH');

/** What the terminal says of itself, taken from its answers. `done` once the last one has come, or none was asked for. */
function createAnswers(env: Record<string, string | undefined>) {
  const known = { abilities: abilitiesOf(env), background: null as Terminal['background'], done: !answers(env) };
  return {
    known,
    hear(events: InputEvent[]) {
      for (const event of events) {
        if (event.type !== 'reply') continue;
        if (event.name === 'mode' && /^\?2026;[12]\$y$/.test(event.text)) known.abilities.atomic = true;
        if (event.name === 'color') known.background = backgroundOf(event.text) ?? known.background;
        if (event.name === 'attributes') known.done = true;
      }
    },
  };
}

/**
 * Takes the terminal over: raw mode, alternate screen, mouse, paste and focus reports. It is given back by `close`, and on
 * every other way out of the process (tty/guard). Whoever has a terminal is there for long, for keys and frames: code is compiled sooner.
 */
export function openTerminal({
  stdin = process.stdin,
  stdout = process.stdout,
  env = process.env,
}: OpenOptions = {}): Terminal {
  compileSooner();
  const inputs = createListeners<InputEvent[]>();
  const resizes = createListeners<Size>();
  const repaints = createListeners();
  const drains = createListeners();
  const { known, hear } = createAnswers(env);
  let size = sizeOf(stdout, env);
  let closed = false;
  /** The signal that is being handled has brought another size. */
  let told = false;
  const onResize = () => {
    const now = sizeOf(stdout, env);
    if (now.cols === size.cols && now.rows === size.rows) return;
    size = now;
    told = true;
    resizes.tell(size);
  };
  // Node is silent when the size is what it was, but a terminal that became smaller and larger again has lost cells.
  const onWindow = () => {
    if (!told) repaints.tell();
    told = false;
  };
  const lease = takeTerminal({
    stdin,
    stdout,
    env,
    questions: known.done ? '' : QUESTIONS,
    answered: () => known.done,
    onEvents(events) {
      hear(events);
      if (!closed) inputs.tell(events);
    },
    onAgain() {
      onResize();
      repaints.tell();
      askSize();
    },
  });
  stdout.on('resize', onResize);
  process.on('SIGWINCH', onWindow);
  stdout.on('drain', drains.tell);
  const close = () => {
    closed = true;
    stdout.off('resize', onResize);
    process.off('SIGWINCH', onWindow);
    stdout.off('drain', drains.tell);
    lease.close();
  };
  const facts = {
    get size() {
      return size;
    },
    get background() {
      return known.background;
    },
    get backlog() {
      return lease.backlog;
    },
  };
  const on = { onDrain: drains.add, onInput: inputs.add, onResize: resizes.add, onRepaint: repaints.add };
  const methods = { ...on, ...lease.methods, colorDepth: known.abilities.depth, abilities: known.abilities, close };
  return Object.defineProperties(methods, Object.getOwnPropertyDescriptors(facts)) as Terminal;
}
