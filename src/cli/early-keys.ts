import type { InputEvent, Terminal } from '../cockpit/types.ts';

/**
 * The first frame is painted before anything listens, and a person may press a key as soon as it is seen: what is pressed
 * until the first listener comes is given to every listener when it comes.
 */
export function withEarlyKeys(terminal: Terminal): Terminal {
  const early: InputEvent[] = [];
  let undo: (() => void) | undefined = terminal.onInput((events) => void early.push(...events));
  const onInput: Terminal['onInput'] = (listener) => {
    undo?.();
    undo = undefined;
    let listening = true;
    const end = terminal.onInput(listener);
    queueMicrotask(() => {
      if (listening && early.length > 0) listener([...early]);
    });
    return () => {
      listening = false;
      end();
    };
  };
  return Object.create(terminal, { onInput: { value: onInput } });
}
