import { setTimeout as delay } from 'node:timers/promises';
import type { Step } from '../schema/scenario.ts';
import { messageOf } from '../util/errors.ts';
import { applyEdit, type Edited } from './edits.ts';
import { printable, type Screen } from './screen.ts';
import { runCommand } from './shell.ts';

/** What the steps may do to the world, and what ends them: all waiting is ended by `signal`. */
export interface Stage {
  screen: Screen;
  cwd: string;
  signal: AbortSignal;
  /** Resolves with the person's y or n. */
  ask(question: string): Promise<boolean>;
  /** Resolves with the next prompt. */
  wait(what: string): Promise<string>;
  /** Does not come back. */
  leave(how: { code: number } | { signal: string }): Promise<never>;
}

const SPIN = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
/** Time of one spinner frame in milliseconds. */
const FRAME_MS = 120;
/** Lines shown of an edit. */
const SHOWN = 6;
const FLOOD_LINES = 10_000;
/** Lines of a flood that are written at once, so that keys are still read in between. */
const BATCH = 200;
const RUN_TIMEOUT_MS = 60_000;

const color = (code: number, text: string) => `\x1b[${code}m${text}\x1b[0m`;

/** Plays steps one after another. Rejects with the signal's reason when it is aborted. */
export async function play(steps: Step[], stage: Stage): Promise<void> {
  for (const step of steps) {
    stage.signal.throwIfAborted();
    await playOne(step, stage);
  }
}

async function playOne(step: Step, stage: Stage): Promise<void> {
  const { screen } = stage;
  switch (step.step) {
    case 'think':
      return think(step.ms, stage);
    case 'say':
      return screen.print(step.text.split('\n').map(printable).join('\n'));
    case 'edit':
      return edit(step, stage);
    case 'run':
      return run(step, stage);
    case 'ask': {
      const yes = await stage.ask(step.question);
      return play((yes ? step.yes : step.no) ?? [], stage);
    }
    case 'wait':
      await stage.wait(step.for ?? 'your next prompt');
      return;
    case 'loop':
      for (let round = 0; round < (step.times ?? Number.POSITIVE_INFINITY); round++) {
        await play(step.steps, stage);
        // A loop of steps that wait for nothing must still hear ctrl-c.
        await delay(1, undefined, { signal: stage.signal });
      }
      return;
    case 'flood':
      return flood(step, stage);
    case 'title':
      screen.title(step.text);
      return;
    case 'progress':
      screen.progress(step.value);
      return;
    case 'fail':
      screen.print(color(31, `✖ ${printable(step.message ?? `ends with exit code ${step.code}`)}`));
      return stage.leave({ code: step.code });
    case 'crash':
      return stage.leave({ signal: step.signal });
    case 'exit':
      return stage.leave({ code: step.code ?? 0 });
  }
}

async function think(ms: number, { screen, signal }: Stage): Promise<void> {
  const begun = performance.now();
  for (let frame = 0; ; frame++) {
    const passed = performance.now() - begun;
    if (passed >= ms) break;
    screen.show({ note: `${SPIN[frame % SPIN.length]} thinking… ${Math.floor(passed / 1000)}s · ctrl-c interrupts` });
    await delay(Math.min(FRAME_MS, ms - passed), undefined, { signal });
  }
  screen.show({ note: '' });
}

function edit(step: Extract<Step, { step: 'edit' }>, { screen, cwd }: Stage): void {
  try {
    screen.print(describe(applyEdit(cwd, step), step.delete === true));
  } catch (error) {
    screen.print(color(31, `✖ ${printable(messageOf(error))}`));
  }
}

function describe({ file, added, removed }: Edited, deleted: boolean): string {
  const head = `● ${deleted ? 'delete' : 'edit'} ${printable(file)} +${added.length} −${removed.length}`;
  const lines = [
    ...removed.map((line) => color(31, `  - ${printable(line)}`)),
    ...added.map((line) => color(32, `  + ${printable(line)}`)),
  ];
  const more = lines.length > SHOWN ? [`  … ${lines.length - SHOWN} more`] : [];
  return [head, ...lines.slice(0, SHOWN), ...more].join('\n');
}

async function run(step: Extract<Step, { step: 'run' }>, { screen, cwd, signal }: Stage): Promise<void> {
  screen.print(`● run ${printable(step.command)}`);
  const { code, text } = await runCommand(step.command, {
    cwd,
    signal,
    timeoutMs: step.timeoutMs ?? RUN_TIMEOUT_MS,
    onLine: (line) => screen.print(`  ${printable(line)}`),
  });
  if (code !== 0) screen.print(color(31, `  ${text}`));
}

async function flood(step: Extract<Step, { step: 'flood' }>, { screen, signal }: Stage): Promise<void> {
  const most = step.lines ?? (step.bytes === undefined ? FLOOD_LINES : Number.POSITIVE_INFINITY);
  let bytes = step.bytes ?? Number.POSITIVE_INFINITY;
  for (let line = 1; line <= most && bytes > 0; ) {
    const batch: string[] = [];
    for (; batch.length < BATCH && line <= most && bytes > 0; line++) {
      const text = `${line} the quick brown fox jumps over the lazy dog`.slice(0, Math.max(1, bytes - 1));
      batch.push(text);
      bytes -= text.length + 1;
    }
    screen.print(batch.join('\n'));
    await delay(0, undefined, { signal });
  }
}
