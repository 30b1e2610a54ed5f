import type { Status } from '../../schema/status.ts';

/** What a rule of an agent's own may look at: rows of text (right-trimmed), the cursor's cell, the terminal's title. */
export interface Screen {
  lines: string[];
  cursor: { x: number; y: number };
  title: string;
}

/** What the screen says for certain. */
export interface Detected {
  state: 'running' | 'waiting' | 'idle' | 'unknown';
  /** One clause for people: what on the screen said so. */
  detail: string;
  waitingFor?: Status['waitingFor'];
  /** It is so only for this long after the last output, in milliseconds. */
  forMs?: number;
}

/** Reads one kind of agent's screen. Null whenever it is not certain: a wrong answer is worse than none. */
export type Detector = (screen: Screen) => Detected | null;

/**
 * The one part of a screen that an agent draws itself and always at the bottom, found by its geometry: its input line, or
 * the dialog that stands there instead. What the agent prints in its conversation is above it and never in it. Texts are
 * rows joined by single spaces, so that a narrow terminal's wrapping does not matter.
 */
export interface Zone {
  kind: 'input' | 'dialog';
  /** The whole of a dialog; what is typed into an input line. */
  text: string;
  /** What stands below. */
  foot: string;
  /** The last rows above an input line, where agents draw their spinner; the first words of a dialog. */
  head: string;
  /** What a dialog asks about: a tool with its command or file, a question. */
  asks?: string;
  /** The rows of a dialog without its frame, and where they stand: from 0, `bottom` is the last one. Nothing in them moves by itself. */
  rows?: readonly string[];
  top?: number;
  bottom?: number;
}

/** What a dialog for a permission says of the request, as far as the screen shows it. */
export interface Asking {
  tool: string;
  command: string | null;
  /** As it names them. */
  paths: string[];
  /** Command and paths stand there whole: nothing of them is wrapped, cut or may be something else. */
  whole: boolean;
  /** What else it shows: the lines of an edit, a description. */
  shown: string;
  /** Keys by tmux's names that give an answer at once, whatever is selected. */
  keys: { once?: string[]; deny?: string[] };
  /** These answers count only for the looks in which the dialog was first drawn: they take what is selected. */
  asDrawn?: ('once' | 'deny')[];
}

/** One thing that a zone or a title proves. Of the rules of an agent the first one that holds, decides. */
export interface ScreenRule {
  id: string;
  /** `any`: also when no zone was found, by the title alone. */
  in: Zone['kind'] | 'any';
  /** All that are given must match. */
  title?: RegExp;
  text?: RegExp;
  foot?: RegExp;
  head?: RegExp;
  /** None of them may match. */
  not?: { title?: RegExp; text?: RegExp; foot?: RegExp; head?: RegExp };
  says: Detected['state'];
  waitingFor?: Status['waitingFor'];
  /** It proves something only for so long after the last output, in milliseconds: what is typed may have been sent since. */
  forMs?: number;
  /** One clause; what is asked is added to it. */
  detail: string;
}

/** How one kind of agent's screen is read. */
export interface RuleBook {
  agent: string;
  /** Counts the changes to its rules. */
  version: number;
  /** Version of the program that they were recorded from. */
  seen: string;
  /** Its dialog stands while its hook is held open: a screen without it proves that it was answered there. */
  asksBesideHook?: boolean;
  zone(screen: Screen): Zone | null;
  /** Reads the rows of a dialog that asks for a permission (rule `approval`); null where its answers are not known for certain. */
  asking?(rows: readonly string[]): Asking | null;
  rules: readonly ScreenRule[];
}
