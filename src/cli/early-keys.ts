import type { InputEvent, Terminal } from '../cockpit/types.ts';

/**
 * The first frame is painted before anything listens, and a person may press a key as soon as it is seen: what comes until
 * somebody listens who wants what came before is kept for that listener. Others that listen meanwhile end nothing.
 */
export function withEarlyKeys(terminal: Terminal): Terminal {
  let early: InputEvent[] = [];
  let undo: (() => void) | undefined = terminal.onInput((events) => void early.push(...events));
  const onInput: Terminal['onInput'] = (listener, before = false) => {
    const end = terminal.onInput(listener);
    if (!before) return end;
    undo?.();
    undo = undefined;
    let listening = true;
    queueMicrotask(() => {
      if (!listening || early.length === 0) return;
      const events = early;
      early = [];
      listener(events);
    });
    return () => {
      listening = false;
      end();
    };
  };
  return Object.create(terminal, { onInput: { value: onInput } });
}
