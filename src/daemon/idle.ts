/** Without clients and living agents for this long, the daemon leaves; in milliseconds. */
const IDLE_MS = 30_000;

export interface Idle {
  /** To be called whenever a client or an agent came or went. What ends without an event is found by looking again. */
  check(): void;
  close(): void;
}

/** Calls `onIdle` once nothing has been going on for the whole time. */
export function watchIdle({
  isBusy,
  onIdle,
  env = process.env,
}: {
  isBusy(): boolean;
  onIdle(): void;
  env?: NodeJS.ProcessEnv;
}): Idle {
  const ms = Number(env.BOOCODE_IDLE_MS) || IDLE_MS;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let wasBusy = false;
  const check = () => {
    if (closed) return;
    const isNow = isBusy();
    if (isNow || wasBusy) clearTimeout(timer);
    if (isNow || wasBusy || !timer) timer = setTimeout(look, ms);
    wasBusy = isNow;
  };
  const look = () => {
    timer = undefined;
    if (wasBusy || isBusy()) check();
    else onIdle();
  };
  return {
    check,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
