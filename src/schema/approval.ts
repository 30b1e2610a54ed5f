import * as z from './z.ts';

/** How far an answer reaches: this request alone, the same again in this session, the same for good (a rule is written), or no. */
export const Verdict = z.enum(['once', 'session', 'always', 'deny']);
export type Verdict = z.infer<typeof Verdict>;

/** One thing an agent wants to know, with what it offers; `choices` empty: any text. */
export const Question = z.object({
  text: z.string(),
  choices: z.array(z.object({ label: z.string(), description: z.string() })),
  /** Several choices may be taken. */
  many: z.boolean(),
});
export type Question = z.infer<typeof Question>;

/** A region of rows of a screen that an answer is bound to: both rows included, counted from 0. */
const Region = z.object({ top: z.int(), bottom: z.int() });

/**
 * By what an answer finds its request. protocol: by the request's own id, over its standard input · hook: a hook program of the
 * agent is held open · screen: keys, written only while the rows of the question are still the same.
 */
export const Via = z.discriminatedUnion('type', [
  z.object({ type: z.literal('protocol'), request: z.string() }),
  z.object({ type: z.literal('hook'), request: z.string() }),
  z.object({
    type: z.literal('screen'),
    region: Region,
    hash: z.string(),
    /** Keys by tmux's names for each verdict that the dialog has. */
    keys: z.partialRecord(Verdict, z.array(z.string())),
  }),
]);
export type Via = z.infer<typeof Via>;

export { APPROVAL_TEXT } from './plain.ts';

/** One request of one agent that waits for a person. Bound to one prompt: another request has another id. */
export const Approval = z.object({
  /** Unique in the project and short enough to type. */
  id: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  turn: z.int().nullable(),
  kind: z.enum(['tool', 'question', 'plan']),
  /** As its runtime calls it: `Bash`, `Edit`, `commandExecution`. */
  tool: z.string(),
  /** Id of the tool call it is about, where that is known. */
  call: z.string().nullable(),
  /** One line: what it wants to do. */
  title: z.string(),
  /** The full arguments as JSON, or what is known of them. */
  input: z.string(),
  /** The whole command line it would run. */
  command: z.string().nullable(),
  /** Files it would touch, as it names them; relative ones are to its working folder. */
  paths: z.array(z.string()),
  /** The edit it would make, as a unified diff. */
  diff: z.string().nullable(),
  /** Why it asks, in its own words. */
  reason: z.string().nullable(),
  questions: z.array(Question).nullable(),
  verdicts: z.array(Verdict),
  /** A reason given with `deny` reaches the agent. */
  takesReason: z.boolean(),
  /** Input or diff are longer than this. */
  cut: z.boolean(),
  via: Via,
});
export type Approval = z.infer<typeof Approval>;

/** What somebody decided. `answers`: per question the chosen labels or a text. */
export const Answer = z.object({
  verdict: Verdict,
  reason: z.string().optional(),
  answers: z.array(z.array(z.string())).optional(),
});
export type Answer = z.infer<typeof Answer>;

/** Who answered: a person (in the cockpit or by a verb), a rule of the config (named), the agent's own screen, or nobody: withdrawn. */
export const Answerer = z.object({
  who: z.enum(['person', 'rule', 'elsewhere', 'withdrawn']),
  /** The rule as `config check` names it, or why it was withdrawn. */
  detail: z.string(),
});
export type Answerer = z.infer<typeof Answerer>;

/** What a rule lets an agent do. Every field that is there must fit; the first rule that fits decides. */
export const ApprovalRule = z.strictObject({
  action: z.enum(['allow', 'ask', 'deny']),
  /** Id of a runtime, e.g. `claude` (its structured sibling included). */
  runtime: z.string().optional(),
  /** Glob over the tool's name: `Bash`, `mcp__*`. */
  tool: z.string().optional(),
  /** Glob over files relative to the agent's folder; all files of the request must match to allow, one is enough to deny or ask. */
  path: z.string().optional(),
  /** Glob over the whole command line, `*` stands for anything; a command with `;`, `&&`, `|`, `$(` … fits only part by part. */
  command: z.string().optional(),
  /** What the agent is told with `deny`. */
  reason: z.string().optional(),
});
export type ApprovalRule = z.infer<typeof ApprovalRule>;

const WaitingApproval = z.object({ agent: z.string(), name: z.string(), approval: Approval });

/** What a daemon answers of approvals (part of daemonMethods). */
export const approvalMethods = {
  /** All that waits, oldest first. */
  'approvals.list': { reads: true, params: z.object({}), result: z.object({ approvals: z.array(WaitingApproval) }) },
  /** The request with nothing cut off. */
  'approvals.get': { reads: true, params: z.object({ id: z.string() }), result: WaitingApproval },
  /**
   * Answers one request; resolves when the answer has reached the agent. `conflict`: it is not open any more (answered,
   * withdrawn, the screen changed), and nothing was sent. `usage`: a verdict that it does not offer. `id` may be a unique prefix.
   */
  'approvals.answer': {
    params: z.object({ id: z.string(), answer: Answer }),
    result: z.object({ agent: z.string(), approval: Approval, rule: ApprovalRule.nullable() }),
  },
};
