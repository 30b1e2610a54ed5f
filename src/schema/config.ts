import { Size } from './agent.ts';
import { ApprovalRule } from './approval.ts';
import { Autofix } from './check.ts';
import { SandboxLimits } from './script.ts';
import { Budget } from './trace.ts';
import * as z from './z.ts';

const ms = z.int().positive();
const Name = z.string().regex(/^[A-Za-z][\w.-]*$/, 'a letter, then letters, digits, ".", "_" or "-"');

const TimeoutsInput = z.strictObject({
  /** Milliseconds without output before it is stopped as timed_out; null (the default): never. */
  inactivity: ms.nullable().optional(),
  /** Milliseconds from its start before it is stopped as timed_out; null (the default): never. */
  total: ms.nullable().optional(),
  /** Milliseconds between SIGTERM and SIGKILL (default 5000). */
  grace: ms.optional(),
});

/** A named way of starting an agent. The first one of a config is the default. */
export const Profile = z.strictObject({
  runtime: z.string(),
  /** Replaces the runtime's own program. */
  command: z.string().optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  prompt: z.string().optional(),
  size: Size.optional(),
  timeouts: TimeoutsInput.optional(),
  worktree: z.boolean().optional(),
  /** Drive it over its protocol, as a conversation, instead of in its own screen. */
  headless: z.boolean().optional(),
  model: z.string().optional(),
  /** Permission mode, as its runtime calls it. */
  mode: z.string().optional(),
  /** Report what it does through hooks, where its runtime has them (default true). */
  hooks: z.boolean().optional(),
  /** Give it BooCode's own tools, where its runtime takes some (default true). */
  tools: z.boolean().optional(),
  /** Build what it has edited after each turn, and give it the errors. Missing: not. Agents without a screen alone. */
  autofix: Autofix.optional(),
});
export type Profile = z.infer<typeof Profile>;

/** `.boocode/config.json` of a project and `config.json` of the user, both optional, both JSON with comments. */
export const Config = z.strictObject({
  $schema: z.string().optional(),
  profiles: z.record(Name, Profile).optional(),
  worktrees: z
    .strictObject({
      enabled: z.boolean().optional(),
      /** Folder that holds the worktrees; relative to the project. Default: the user's data folder. */
      dir: z.string().optional(),
      branchPrefix: z.string().optional(),
      base: z.string().optional(),
      /** Shell commands run in a new worktree before the agent starts. Needs trust when it comes from a repository. */
      setup: z.array(z.string()).optional(),
      /** Files of the checkout, ignored ones included, copied into a new worktree: .gitignore patterns. */
      copy: z.array(z.string()).optional(),
    })
    .optional(),
  merge: z
    .strictObject({
      /** Shell commands that must pass on the merged tree before an agent is merged. Needs trust when it comes from a repository. */
      checks: z.array(z.string()).optional(),
      /** Milliseconds that one of them may take (default 15 minutes). */
      timeout: ms.optional(),
    })
    .optional(),
  history: z
    .strictObject({
      /** Lines of each agent that can be scrolled back to and searched. */
      lines: z.int().min(100).max(1_000_000).optional(),
      /** Bytes of the histories of ended agents, and the records of removed ones, that a project keeps; oldest go first. */
      maxBytes: z.int().min(0).optional(),
    })
    .optional(),
  recording: z
    .strictObject({
      enabled: z.boolean().optional(),
      /** Bytes of one recording file before it is rotated. */
      maxBytes: z.int().min(10_000).optional(),
      /** How many rotated files are kept beside the present one. */
      keep: z.int().min(0).max(100).optional(),
      /** Bytes of all recordings of a project together; those of ended agents go, oldest first, never a living one's. */
      totalBytes: z.int().min(0).optional(),
    })
    .optional(),
  apply: z
    .strictObject({
      /** What is applied is also staged in the target. */
      stage: z.boolean().optional(),
    })
    .optional(),
  timeouts: TimeoutsInput.optional(),
  /** What agents may do unasked, and what never: the first rule that fits decides, none: a person is asked. */
  approvals: z.array(ApprovalRule).optional(),
  budgets: z.array(Budget).optional(),
  /** How often an agent that ended without its fault is begun again by itself. */
  retries: z
    .strictObject({
      /** Ends before a session began. */
      aborts: z.int().min(0).max(100).optional(),
      /** Ends forced by a rate limit, each after its reset. */
      limits: z.int().min(0).max(100).optional(),
    })
    .optional(),
  /** Agents that agents start, through tools that they are given. */
  subagents: z
    .strictObject({
      /** Agents are given the tools at all. */
      enabled: z.boolean().optional(),
      /** How far below an agent that a person started. */
      depth: z.int().min(0).max(10).optional(),
      /** How many at once below such an agent, at whatever depth. */
      count: z.int().min(0).max(100).optional(),
    })
    .optional(),
  notifications: z
    .strictObject({
      /** By the terminal the cockpit runs in: OSC 9 or OSC 777. */
      terminal: z.boolean().optional(),
      /** By tmux, where the cockpit runs in it. */
      tmux: z.boolean().optional(),
      /** By the desktop (notify-send, osascript). */
      desktop: z.boolean().optional(),
      on: z.array(z.enum(['waiting', 'ended', 'failed'])).optional(),
    })
    .optional(),
  workflows: z
    .strictObject({
      /** Results of calls that went well, kept for later runs. */
      cache: z
        .strictObject({
          /** How many; the oldest go first. 0: none is kept. */
          entries: z.int().min(0).max(100_000).optional(),
          /** Days after which a result is not used any more. */
          days: z.number().min(0).optional(),
        })
        .optional(),
      /** Bounds of one run. */
      limits: z
        .strictObject({
          /** Agents that work at once. */
          agents: z.int().min(1).max(1000).optional(),
          /** Agent calls in all. */
          calls: z.int().min(1).max(1_000_000).optional(),
        })
        .optional(),
      /** Bounds of what a script computes. */
      sandbox: z.strictObject(SandboxLimits.shape).partial().optional(),
    })
    .optional(),
  /** Screen rules of agents beside or instead of the built-in ones: file (JSON) of each runtime. */
  detect: z.record(z.string(), z.string()).optional(),
  /** Milliseconds without output, while working, after which an agent counts as stalled; null: never. */
  stalledAfter: ms.nullable().optional(),
  ui: z
    .strictObject({
      theme: z.enum(['dark', 'light', 'mono']).optional(),
      mouse: z.boolean().optional(),
      bell: z.boolean().optional(),
      /** May agents set the clipboard (OSC 52) of the terminal that the cockpit runs in? */
      clipboard: z.boolean().optional(),
    })
    .optional(),
  /** Command id ▶ key, keys, or null to unbind. Keys by tmux's names; `leave` is the key that ends typing. */
  keys: z.record(z.string(), z.union([z.string(), z.array(z.string()), z.null()])).optional(),
});
export type Config = z.infer<typeof Config>;

/** The config after merging defaults, the user's file and the (trusted) project file: nothing is optional any more. */
export interface ResolvedConfig {
  profiles: Record<string, Profile>;
  worktrees: {
    enabled: boolean;
    dir: string | null;
    branchPrefix: string;
    base: string | null;
    setup: string[];
    copy: string[];
  };
  merge: { checks: string[]; timeout: number };
  history: { lines: number; maxBytes: number };
  recording: { enabled: boolean; maxBytes: number; keep: number; totalBytes: number };
  apply: { stage: boolean };
  timeouts: { inactivity: number | null; total: number | null; grace: number };
  approvals: ApprovalRule[];
  budgets: Budget[];
  retries: { aborts: number; limits: number };
  subagents: { enabled: boolean; depth: number; count: number };
  notifications: { terminal: boolean; tmux: boolean; desktop: boolean; on: ('waiting' | 'ended' | 'failed')[] };
  workflows: {
    cache: { entries: number; days: number };
    limits: { agents: number; calls: number };
    sandbox: SandboxLimits;
  };
  detect: Record<string, string>;
  stalledAfter: number | null;
  ui: { theme: 'dark' | 'light' | 'mono'; mouse: boolean; bell: boolean; clipboard: boolean };
  keys: Record<string, string[]>;
}

/** One thing wrong in a config file. `line` and `column` count from 1. */
export const ConfigProblem = z.object({
  file: z.string(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  /** e.g. `profiles.claude.timeouts.total`. */
  path: z.string(),
  message: z.string(),
  hint: z.string(),
});
export type ConfigProblem = z.infer<typeof ConfigProblem>;
