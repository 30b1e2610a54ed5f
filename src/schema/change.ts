import { Collision } from './collision.ts';
import { Receipt } from './event.ts';
import { Comment, Decision } from './review.ts';
import { Evidence } from './status.ts';
import * as z from './z.ts';

/**
 * The smallest part of a text change: a run of removed lines and the added ones that stand for them. Decisions belong to pieces, so
 * that they stay when hunks grow together or are split. Line numbers count from 1; where a side has no lines, its start is the line before.
 */
export const Piece = z.object({
  /** Of the removed and added bytes: the same edit has the same id wherever it stands; a repetition in the file gets `.2`, `.3`. */
  id: z.string(),
  oldStart: z.int(),
  oldLines: z.int(),
  newStart: z.int(),
  newLines: z.int(),
  decision: Decision,
  /** It was not there when the file was last marked as reviewed. */
  fresh: z.boolean(),
});
export type Piece = z.infer<typeof Piece>;

/** Pieces that stand close together, as a diff shows them. */
export const Hunk = z.object({
  /** That of its first piece. */
  id: z.string(),
  /** `@@ -1,4 +1,5 @@ function`, as git writes it. */
  header: z.string(),
  added: z.int(),
  removed: z.int(),
  /** That of all its pieces, or null when they differ. */
  state: Decision.nullable(),
  pieces: z.array(Piece),
});
export type Hunk = z.infer<typeof Hunk>;

/** One file of one agent that differs from its base. */
export const FileChange = z.object({
  /** Path in the project. Bytes that are no UTF-8, control characters and a leading quote are written as git quotes them: `"caf\351"`. */
  file: z.string(),
  /** Path in the base, where it is another one. */
  from: z.string().nullable(),
  kind: z.enum(['created', 'edited', 'deleted', 'renamed']),
  /** Octal modes in base and worktree; `000000` where there is none. 120000: symbolic link, 160000: submodule. */
  oldMode: z.string(),
  newMode: z.string(),
  /** Object names of both contents; the newer one is what a decision is bound to. All zeros where there is none. */
  oldBlob: z.string(),
  newBlob: z.string(),
  added: z.int(),
  removed: z.int(),
  /** text: has hunks · binary, huge (not loaded), mode (only its mode or name changed): decided as a whole. */
  content: z.enum(['text', 'binary', 'huge', 'mode']),
  /** One for the whole file where it has no hunks (its id names its content), else null. */
  whole: Piece.nullable(),
  reviewed: z.boolean(),
  /** A submodule with edits that are not committed in it: neither a merge nor an apply takes those. */
  editedInside: z.boolean().optional(),
  /** In a checkout that several agents share: names of those that are known to have written here. Absent: nobody shares it. */
  writers: z.array(z.string()).optional(),
  hunks: z.array(Hunk),
});
export type FileChange = z.infer<typeof FileChange>;

/** A line of a diff. `context` stands on both sides. `text` is for the eye: bytes that are no UTF-8 are replaced. */
export const DiffLine = z.object({
  type: z.enum(['context', 'removed', 'added']),
  text: z.string(),
  /** The file ends here without a line end. */
  noEol: z.boolean().optional(),
});
export type DiffLine = z.infer<typeof DiffLine>;

/** What an apply or a reject has done with one file. */
export const FileOutcome = z.object({
  file: z.string(),
  /** merged: the target had moved, and both fit together. unchanged: it had all of it already. */
  outcome: z.enum(['written', 'merged', 'unchanged', 'conflict', 'refused']),
  /** Why not, or what is in the way. */
  reason: z.string().optional(),
});
export type FileOutcome = z.infer<typeof FileOutcome>;

/** Something that has been done to a checkout and can be undone. */
export const Operation = z.object({
  /** Empty: nothing was written, so there is nothing to undo. */
  id: z.string(),
  kind: z.enum(['apply', 'reject', 'undo']),
  agent: z.string(),
  /** Checkout (a path) or branch that was written. */
  target: z.string(),
  at: z.number(),
  files: z.array(FileOutcome),
  undone: z.boolean(),
  /** Of an undo: what it has undone. */
  undoes: z.string().nullable().optional(),
});
export type Operation = z.infer<typeof Operation>;

/** An edit that a runtime announces before it makes it (ACP, hooks): the whole file as it will lie there, as base64; null: deleted. */
export const AnnouncedEdit = z.object({
  file: z.string(),
  content: z.string().nullable(),
  /** Octal; null or missing: as it is, or that of a plain file. */
  mode: z.enum(['100644', '100755', '120000']).nullable().optional(),
});
export type AnnouncedEdit = z.infer<typeof AnnouncedEdit>;

const agent = z.string();
/** One file of an agent and some pieces of it by their ids; null: all of it. */
export const Part = z.object({ file: z.string(), pieces: z.array(z.string()).nullable() });
export type Part = z.infer<typeof Part>;
/** What the person looked at: a decision about anything else is refused (`conflict`). Null: whatever is there now. */
const seen = z.string().nullable();

/** What a daemon answers of changes (part of daemonMethods). */
export const changeMethods = {
  /** `agent` null: all agents that are listed. Looks again first when `fresh`. */
  'changes.list': {
    reads: true,
    params: z.object({ agent: agent.nullable(), fresh: z.boolean() }),
    result: z.object({ changes: z.array(z.object({ agent: z.string(), id: z.string(), files: z.array(FileChange) })) }),
  },
  /** The lines of each hunk of one file, in the order of its hunks. `context` lines around a piece; `split`: every piece alone. */
  'changes.diff': {
    reads: true,
    params: z.object({ agent, file: z.string(), context: z.int().min(0).max(1000), split: z.boolean() }),
    result: z.object({ change: FileChange, hunks: z.array(z.object({ hunk: Hunk, lines: z.array(DiffLine) })) }),
  },
  /** All of it, or some files, as a patch for `git apply` (base64); `huge`: files that are too big to be in it. */
  'changes.patch': {
    reads: true,
    params: z.object({ agent, files: z.array(z.string()).nullable(), context: z.int().min(0).max(1000) }),
    result: z.object({ patch: z.string(), huge: z.array(z.string()) }),
  },
  'changes.decide': {
    params: z.object({ agent, parts: z.array(Part), decision: z.enum(['pending', 'approved']), seen }),
    result: z.object({ files: z.array(FileChange) }),
  },
  /** `file` null: all of the agent's. */
  'changes.reviewed': {
    params: z.object({ agent, file: z.string().nullable(), reviewed: z.boolean() }),
    result: z.object({ files: z.array(FileChange) }),
  },
};

/** What a daemon answers of decisions that are carried out (part of daemonMethods). */
export const applyMethods = {
  /** Brings parts into the target: approved ones where none is named. All or nothing per file. `target` null: the project's checkout. */
  'changes.apply': {
    params: z.object({
      agent,
      parts: z.array(Part).nullable(),
      target: z.string().nullable(),
      stage: z.boolean().nullable(),
      seen,
    }),
    result: z.object({ operation: Operation }),
  },
  /** Takes parts out of the agent's worktree, between two turns (`now`: at once), keeps them, tells the agent. */
  'changes.reject': {
    params: z.object({ agent, parts: z.array(Part).min(1), reason: z.string().nullable(), now: z.boolean(), seen }),
    result: z.object({
      /** Null while it waits for the end of a turn. */
      operation: Operation.nullable(),
      /** What the agent was told, and whether it took it; null where it cannot be told, or not yet. */
      told: z.object({ text: z.string(), receipt: Receipt, evidence: Evidence }).nullable(),
      /** Why not: one clause. */
      untold: z.string().nullable().optional(),
    }),
  },
  /** `operation` null: the newest that is not undone. Refused (`conflict`) where a file has changed since and both do not fit together. */
  'changes.undo': {
    params: z.object({ operation: z.string().nullable() }),
    result: z.object({ operation: Operation }),
  },
  /** What edits would change that are announced and not made yet, against what lies there now, and whom they would meet. Writes nothing. */
  'changes.preview': {
    reads: true,
    params: z.object({ agent, edits: z.array(AnnouncedEdit).min(1) }),
    result: z.object({
      changes: z.array(
        z.object({ change: FileChange, hunks: z.array(z.object({ hunk: Hunk, lines: z.array(DiffLine) })) }),
      ),
      collisions: z.array(Collision),
    }),
  },
  'changes.operations': { reads: true, params: z.object({}), result: z.object({ operations: z.array(Operation) }) },
  /** Keeps a comment until it is sent: a new one (`id` null), or another text for one that is kept. An empty text takes it back. */
  'changes.comment': {
    params: z.object({ agent, comment: Comment.extend({ id: z.string().nullable() }) }),
    result: z.object({ comment: Comment.nullable() }),
  },
  /** Sends comments that are kept to the agent as one prompt; what it took is kept no longer. */
  'changes.send': {
    params: z.object({ agent, comments: z.array(z.string()).min(1) }),
    result: z.object({ text: z.string(), receipt: Receipt, evidence: Evidence }),
  },
};

/** Said to subscribers: what these agents (ids) differ in has changed; who shows it asks again. */
export const changeTopics = { changes: z.object({ agents: z.array(z.string()) }) };
