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
}

/** Reads one kind of agent's screen. Null whenever it is not certain: a wrong answer is worse than none. */
export type Detector = (screen: Screen) => Detected | null;
