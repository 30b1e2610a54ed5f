import * as z from './z.ts';

/** What a person is told who does not look. Collisions go the same way. */
export const NoticeKind = z.enum(['waiting', 'ended', 'failed', 'collision']);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** What one screen tells of itself: who looks at whom decides what is worth a notification. */
export const Attention = z.object({
  /** Ids of agents whose screens, conversations or requests are seen on it; `collisions` for those. */
  sees: z.array(z.string()),
  /** Whether its terminal has the focus; null: the terminal never said. */
  focused: z.boolean().nullable(),
  /** It can find out whether it is hidden, and says so when asked (topic `look`). */
  asks: z.boolean(),
  /** Notices can be told here. False: another screen, or the desktop, has to. */
  tells: z.boolean(),
  /** Its terminal is known to show notifications on the desktop. */
  shows: z.boolean(),
  /** What reaches the desktop that its person sits at: DISPLAY, DBUS_SESSION_BUS_ADDRESS, … */
  env: z.record(z.string(), z.string()),
});
export type Attention = z.infer<typeof Attention>;

/** What a daemon answers of notices (part of daemonMethods). */
export const noticeMethods = {
  /** What this client's screen shows from now on; it counts while the client is connected. */
  'screen.attend': { params: Attention, result: z.object({}) },
};

export const noticeTopics = {
  /** Something is about to be told: `screen.attend` once more, where `asks` was said. */
  look: z.object({}),
  /** To one screen alone: it rings and notifies. `text` has no control characters. */
  notice: z.object({ kind: NoticeKind, text: z.string() }),
};
