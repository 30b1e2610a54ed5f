import type { Exit } from '../../schema/agent.ts';

/** What the host asks of its starter, a line of JSON: one program, on a terminal or on pipes. */
export interface Order {
  id: number;
  /** Absolute path of the program. */
  file: string;
  args: string[];
  /** What the program is told that it is called (pipes only). */
  argv0: string;
  cwd: string;
  env: Record<string, string>;
  /** The program's side of a terminal that the host has opened, or where the host listens for its three streams. */
  on: { terminal: string } | { socket: string };
}

/** What the starter tells of it, a line of JSON each. `pid`: it runs, and leads its session. */
export type Word = { id: number; pid: number } | { id: number; error: string } | { id: number; exit: Exit };
