/** Without clients and living agents for this long, the daemon leaves; in milliseconds. */
const IDLE_MS = 30_000;

export interface Idle {
  /** To be called whenever a client or an agent came or went. */
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
  return {
    check() {
      if (closed) return;
      if (isBusy()) {
        clearTimeout(timer);
        timer = undefined;
        return;
      }
      timer ??= setTimeout(() => {
        timer = undefined;
        if (!isBusy()) onIdle();
      }, ms);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
