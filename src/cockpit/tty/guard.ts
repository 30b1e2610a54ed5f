/** Signals that end a process unless somebody listens. */
const FATAL = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Milliseconds after which a stop that did not happen (no shell that could continue us) counts as over. */
const STOP_MS = 20;

export interface GuardEvents {
  /** The process ends now: restore the terminal, without waiting for anything. */
  restore(): void;
  /** Restore the terminal; the process is about to be stopped. */
  stopping(): void;
  /** Set up the terminal again: the process goes on, or somebody else may have used the terminal. */
  continued(): void;
}

/**
 * Sees to the terminal on every way out of the process: exit, fatal signal (whose effect on the process stays what it is),
 * uncaught error (restored before Node prints it), stop and continue.
 */
export function createGuard(events: GuardEvents) {
  const onFatal = (signal: NodeJS.Signals) => {
    events.restore();
    undo();
    process.kill(process.pid, signal);
  };
  const suspend = () => {
    events.stopping();
    process.off('SIGTSTP', suspend);
    // The whole job, as the terminal's own Ctrl-Z does: a parent such as npm has to give the shell its turn too.
    if (process.platform !== 'win32') process.kill(0, 'SIGTSTP');
    setTimeout(onContinue, STOP_MS);
  };
  const onContinue = () => {
    process.off('SIGTSTP', suspend);
    if (!active) return;
    process.on('SIGTSTP', suspend);
    events.continued();
  };
  let active = true;
  process.on('exit', events.restore);
  process.on('uncaughtExceptionMonitor', events.restore);
  process.on('SIGTSTP', suspend);
  process.on('SIGCONT', onContinue);
  for (const signal of FATAL) process.on(signal, onFatal);
  const undo = () => {
    active = false;
    process.off('exit', events.restore);
    process.off('uncaughtExceptionMonitor', events.restore);
    process.off('SIGTSTP', suspend);
    process.off('SIGCONT', onContinue);
    for (const signal of FATAL) process.off(signal, onFatal);
  };
  /** Somebody else has the terminal: its keys that stop or interrupt are for that one. Returns the undo. */
  const lend = () => {
    const ignore = () => {};
    process.off('SIGTSTP', suspend);
    process.off('SIGCONT', onContinue);
    process.off('SIGINT', onFatal);
    process.on('SIGINT', ignore);
    return () => {
      process.off('SIGINT', ignore);
      if (!active) return;
      process.on('SIGTSTP', suspend);
      process.on('SIGCONT', onContinue);
      process.on('SIGINT', onFatal);
    };
  };
  return { suspend, lend, undo, hangUp: () => onFatal('SIGHUP') };
}
