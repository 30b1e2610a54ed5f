import type { InputEvent } from '../../core/keys/event.ts';
import type { ScreenModes } from '../../schema/screen.ts';
import { safeText } from '../grid/clean.ts';
import { runHere } from './child.ts';
import { createGuard } from './guard.ts';
import { createInput, type InputStream } from './input.ts';
import { agentModes, COCKPIT_MODES, changeModes, enterSequence, leaveSequence, type TtyModes } from './modes.ts';
import { notification } from './notification.ts';
import { createOutput, type OutputStream } from './output.ts';

/** How long answers are waited for when the terminal is given back, in milliseconds: else they come as typed text to the shell. */
const LAST_ANSWERS_MS = 100;
/** What of a text a title or a notification may take. */
const MAX_LABEL = 200;

/** The modes that are set, changed only by what differs. */
function createModes(write: (text: string) => void) {
  let mouse = true;
  let agent: ScreenModes | null = null;
  let set: TtyModes = COCKPIT_MODES;
  let titled = false;
  const apply = () => {
    const wanted = agentModes(agent, mouse);
    const change = changeModes(set, wanted);
    set = wanted;
    if (change) write(change);
  };
  return {
    enter: () => enterSequence(set),
    leave: () => leaveSequence(set, titled),
    setAgent(modes: ScreenModes | null) {
      agent = modes;
      apply();
    },
    setMouse(on: boolean) {
      mouse = on;
      apply();
    },
    setTitle(text: string) {
      write(`${titled ? '' : '\x1b[22;2t'}\x1b]2;${safeText(text).slice(0, MAX_LABEL) || 'boocode'}\x07`);
      titled = true;
    },
  };
}

/** What can be said to a terminal beside cells. */
const messages = (write: (text: string) => boolean, env: Record<string, string | undefined>) => ({
  bell: () => void write('\x07'),
  copy: (text: string) => void write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`),
  notify(text: string, outer?: string) {
    const sequence = notification(env, safeText(text).slice(0, MAX_LABEL), outer);
    if (sequence) write(sequence);
  },
});

export interface LeaseOptions {
  stdin: InputStream;
  stdout: OutputStream;
  env: Record<string, string | undefined>;
  /** Written after the terminal is ours. */
  questions: string;
  /** All of them have been answered. */
  answered(): boolean;
  onEvents(events: InputEvent[]): void;
  /** The terminal is ours again after a stop. */
  onAgain(): void;
}

interface Lent {
  giveUp(): void;
  again(): void;
  input: Pick<ReturnType<typeof createInput>, 'pause' | 'resume'>;
  guard: Pick<ReturnType<typeof createGuard>, 'lend'>;
  isClosed(): boolean;
}

/** Another program has the terminal until it ends. */
async function lend(command: readonly string[], cwd: string, { giveUp, again, input, guard, isClosed }: Lent) {
  giveUp();
  input.pause();
  const undo = guard.lend();
  const failure = await runHere(command, cwd);
  undo();
  if (isClosed()) return failure;
  input.resume();
  again();
  return failure;
}

/** The terminal while it is ours: taken, given back once and for all or for the time of a stop, taken again. */
export function takeTerminal({ stdin, stdout, env, questions, answered, onEvents, onAgain }: LeaseOptions) {
  const output = createOutput(stdout);
  let ours = true;
  let closed = false;
  /** Set while the last answers are waited for. */
  let finish: (() => void) | null = null;
  const write = (bytes: Uint8Array | string) => (ours ? output.write(bytes) : true);
  const modes = createModes(write);
  const restore = () => {
    if (!ours) return;
    ours = false;
    output.writeLast(modes.leave());
  };
  const giveUp = () => {
    restore();
    input.setRaw(false);
  };
  const again = () => {
    ours = true;
    input.setRaw(true);
    output.reopen();
    output.write(modes.enter());
    onAgain();
  };
  const guard = createGuard({ restore: giveUp, stopping: giveUp, continued: again });
  const hear = (events: InputEvent[]) => {
    onEvents(events);
    if (answered()) finish?.();
  };
  const input = createInput(stdin, hear, () => (finish ? finish() : guard.hangUp()));
  input.open();
  output.write(modes.enter() + questions);
  return {
    get backlog() {
      return output.backlog;
    },
    methods: {
      write,
      setModes: modes.setAgent,
      setMouse: modes.setMouse,
      setTitle: modes.setTitle,
      ...messages(write, env),
      suspend: guard.suspend,
      lend: (command: readonly string[], cwd: string) =>
        lend(command, cwd, { giveUp, again, input, guard, isClosed: () => closed }),
    },
    close() {
      if (finish) return;
      closed = true;
      guard.undo();
      restore();
      const timer = setTimeout(() => finish?.(), LAST_ANSWERS_MS);
      finish = () => {
        finish = () => {};
        clearTimeout(timer);
        input.close();
        output.close();
      };
      if (answered()) finish();
    },
  };
}
