/** What terminals say by themselves: that they have the focus, and what the mouse does. */
const REPORT = /^\x1b\[(?:[IO]|<|M)/;

export interface Draft {
  /** When viewers typed last without having pressed Enter since, in milliseconds since the epoch; null: nobody has. */
  readonly at: number | null;
  typed(bytes: Buffer): void;
}

/** Whether somebody may be in the middle of writing something into a terminal: nobody else is to type then. */
export function createDraft(now: () => number = Date.now): Draft {
  let at: number | null = null;
  return {
    get at() {
      return at;
    },
    typed(bytes) {
      const text = bytes.toString('latin1');
      if (!REPORT.test(text)) at = text.endsWith('\r') && !text.endsWith('\x1b\r') ? null : now();
    },
  };
}
