import { Exit, Size } from './agent.ts';
import { Mark } from './mark.ts';
import { Cursor } from './screen.ts';
import { hostSearchMethods } from './search.ts';
import * as z from './z.ts';

/** What a host reports of a child. `durable` kinds are numbered and kept until acknowledged; the others are fleeting. */
export const HostEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), pid: z.int() }),
  z.object({ type: z.literal('exited'), exit: Exit }),
  z.object({ type: z.literal('title'), title: z.string() }),
  z.object({ type: z.literal('bell') }),
  /** OSC 9;4: state 0 none, 1 normal, 2 error, 3 busy without a value, 4 paused; value in percent. */
  z.object({ type: z.literal('progress'), state: z.int().min(0).max(4), value: z.number() }),
  /** OSC 133 (shell integration): A prompt starts, B input starts, C command runs, D command ended. */
  z.object({ type: z.literal('mark'), mark: z.enum(['A', 'B', 'C', 'D']), exitCode: z.int().nullable() }),
  /** OSC 9 and OSC 777: the program asks for a desktop notification. */
  z.object({ type: z.literal('notify'), title: z.string(), body: z.string() }),
  /** OSC 52: the program wants to set the clipboard. */
  z.object({ type: z.literal('clipboard'), text: z.string() }),
  /** paused: the disk is full, it goes on by itself · stopped: for good. `reason` is the system's. */
  z.object({ type: z.literal('recording'), state: z.enum(['paused', 'resumed', 'stopped']), reason: z.string() }),
  /** A whole line of a pipe child. `whole`: how many characters it had, where `text` is only its beginning. */
  z.object({
    type: z.literal('line'),
    stream: z.enum(['stdout', 'stderr']),
    text: z.string(),
    whole: z.int().optional(),
  }),
]);
export type HostEvent = z.infer<typeof HostEvent>;

/** Fleeting reports: never buffered, never replayed; the newest is all that matters. */
export const HostPulse = z.object({
  child: z.string(),
  /** Time of the last output in milliseconds since the epoch, and bytes put out since the start. */
  outputAt: z.number(),
  bytes: z.number(),
  /** Text of the screen, right-trimmed; sent when it has settled for 150 ms, else at most once a second. */
  lines: z.array(z.string()),
  cursor: Cursor,
  settled: z.boolean(),
  /** Name of the program in the terminal's foreground (`bash` at a shell's prompt, `vim` while it edits); null for pipes. */
  foreground: z.string().nullable(),
});
export type HostPulse = z.infer<typeof HostPulse>;

export const ChildInfo = z.object({
  child: z.string(),
  pid: z.int(),
  kind: z.enum(['pty', 'pipe']),
  size: Size,
  startedAt: z.number(),
  outputAt: z.number().nullable(),
  bytes: z.number(),
  title: z.string(),
  /** When viewers typed last without having pressed Enter since; null: nobody has. Missing: an older host. */
  draftAt: z.number().nullable().optional(),
  exit: Exit.nullable(),
});
export type ChildInfo = z.infer<typeof ChildInfo>;

/** A region of rows (from top, inclusive; to bottom, inclusive) of a screen. */
const Region = z.object({ top: z.int().min(0), bottom: z.int().min(0) });

export const HistoryLine = z.object({
  /** Counts from 1 at the start of the child and never changes. */
  line: z.int(),
  /** A logical line: wrapped rows are joined. */
  text: z.string(),
  /** When it left the screen; milliseconds since the epoch. */
  at: z.number(),
  /** With `styled`: the same text with SGR sequences, nothing else. */
  ansi: z.string().optional(),
});
export type HistoryLine = z.infer<typeof HistoryLine>;

const child = z.string();
const empty = z.object({});

/** What a process host answers. Errors: `not_found` (no such child), `failed` (with the system's reason). */
export const hostMethods = {
  info: {
    params: empty,
    result: z.object({
      pid: z.int(),
      version: z.string(),
      seq: z.int(),
      children: z.int(),
      rss: z.number(),
    }),
  },
  spawn: {
    params: z.object({
      child,
      kind: z.enum(['pty', 'pipe']),
      argv: z.array(z.string()).min(1),
      cwd: z.string(),
      env: z.record(z.string(), z.string()),
      size: Size,
      historyLines: z.int(),
      /** Path of the asciicast v3 file, or null. */
      recording: z.object({ path: z.string(), maxBytes: z.number(), keep: z.number() }).nullable(),
      /** For pipe children: written to standard input, which is then closed. */
      stdin: z.string().nullable(),
      /** What it prints is not shown: its screen and history are what the topic `show` says. */
      quiet: z.boolean().optional(),
      /** Colours answered to OSC 10/11 queries. */
      background: z.enum(['dark', 'light']),
      /** What who spawns it wants to be told again when it comes back: kept in memory alone, as long as the child. */
      memo: z.record(z.string(), z.string()).optional(),
    }),
    result: z.object({ pid: z.int() }),
  },
  memo: { params: z.object({ child }), result: z.object({ memo: z.record(z.string(), z.string()).nullable() }) },
  children: { params: empty, result: z.object({ children: z.array(ChildInfo) }) },
  /** Sends one signal to the child's process group. */
  signal: { params: z.object({ child, signal: z.string() }), result: empty },
  /** SIGTERM (on a PTY also SIGHUP to those that ignore that) to everything the child started, SIGKILL after `graceMs`; answers once all of it is gone. */
  stop: { params: z.object({ child, graceMs: z.number() }), result: z.object({ exit: Exit }) },
  /** Forgets an ended child: its screen, its ring. A living one is refused (`conflict`). */
  collect: { params: z.object({ child }), result: empty },
  resize: { params: z.object({ child, size: Size }), result: empty },
  /**
   * Queues bytes (text is UTF-8). Answers when they are queued; `queued` counts bytes not yet taken by the child. `once` names what is
   * written: the same name again writes nothing (`again`), so that who crashed may ask again. `end`: its input ends after them.
   */
  input: {
    params: z.object({ child, text: z.string(), once: z.string().optional(), end: z.boolean().optional() }),
    result: z.object({ queued: z.number(), again: z.boolean().optional() }),
  },
  /** As `input`, only if the hash of the region (null: whole screen) still is `hash`; nothing can come between. */
  inputIf: {
    params: z.object({
      child,
      text: z.string(),
      region: Region.nullable(),
      hash: z.string(),
      once: z.string().optional(),
    }),
    result: z.object({ written: z.boolean(), hash: z.string(), again: z.boolean().optional() }),
  },
  hash: { params: z.object({ child, region: Region.nullable() }), result: z.object({ hash: z.string() }) },
  /** Starts FRAME_SCREEN frames to this connection, the first one full. At most two are unacknowledged at a time. */
  watch: { params: z.object({ child, maxFps: z.number().min(1).max(60) }), result: empty },
  unwatch: { params: z.object({ child }), result: empty },
  /** The screen as text; with `ansi` also with SGR sequences (and nothing but SGR). */
  screen: {
    params: z.object({ child, ansi: z.boolean() }),
    result: z.object({
      lines: z.array(z.string()),
      /** Which rows go on with the line of the row before. */
      wrapped: z.array(z.boolean()).optional(),
      /** The beginning of the line that goes on in the first row: it has left the screen, and is no history yet. */
      open: z.string().optional(),
      /** With SGR sequences, where the rows have them too. */
      openAnsi: z.string().optional(),
      ansi: z.array(z.string()).nullable(),
      cursor: Cursor,
      size: Size,
      title: z.string(),
      /** When something was last printed on it, in milliseconds since the epoch; missing: an older host. */
      at: z.number().optional(),
    }),
  },
  /** `from` null: the last `count` lines. `first` is the oldest line that is still kept; `total` the newest. */
  history: {
    params: z.object({
      child,
      from: z.int().nullable(),
      count: z.int().min(1).max(10_000),
      styled: z.boolean(),
    }),
    result: z.object({ lines: z.array(HistoryLine), first: z.int(), total: z.int() }),
  },
  ...hostSearchMethods,
  /** Commands of a shell that marks its prompts, oldest first; their lines are numbered as the history's. */
  marks: { params: z.object({ child }), result: z.object({ marks: z.array(Mark) }) },
  /** Replays all kept events after `after`, then sends each as the note `event`; only one subscriber, the newest one wins. */
  events: { params: z.object({ after: z.int() }), result: z.object({ first: z.int() }) },
  /** Everything up to `seq` may be forgotten. */
  ack: { params: z.object({ seq: z.int() }), result: empty },
  /** Stops all children, then ends the host itself. */
  shutdown: { params: z.object({ graceMs: z.number() }), result: empty },
};

/** What a host says unasked. */
export const hostTopics = {
  event: z.object({ seq: z.int(), at: z.number(), child, event: HostEvent }),
  pulse: HostPulse,
};

/** What a viewer says to a host without wanting an answer. */
export const hostClientTopics = {
  /** Text for the screen of a quiet child. */
  show: z.object({ child, text: z.string() }),
  seen: z.object({ child, version: z.int() }),
};

export type SpawnParams = z.infer<typeof hostMethods.spawn.params>;

/** What each topic of a host carries. */
export type HostNotes = { [K in keyof typeof hostTopics]: z.infer<(typeof hostTopics)[K]> };
