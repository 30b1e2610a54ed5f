/** Output counts as settled when none came for this long (ms). */
const SETTLED_MS = 150;
/** While output goes on a report is due this often (ms). */
const BUSY_MS = 1000;

/** Tells when a child's output has settled, and once a second while it goes on. No timer runs while there is none. */
export function createPulse(send: (settled: boolean) => void): { output(): void; close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let outputAt = 0;
  let sentAt = 0;
  const check = () => {
    timer = undefined;
    const now = performance.now();
    const quiet = now - outputAt;
    if (quiet >= SETTLED_MS) {
      sentAt = now;
      send(true);
      return;
    }
    if (now - sentAt >= BUSY_MS) {
      sentAt = now;
      send(false);
    }
    timer = setTimeout(check, SETTLED_MS - quiet + 1);
  };
  return {
    output() {
      outputAt = performance.now();
      timer ??= setTimeout(check, SETTLED_MS + 1);
    },
    close: () => clearTimeout(timer),
  };
}
