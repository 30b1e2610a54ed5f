import * as z from './z.ts';

/** One change of one file below the folder the demo runs in. Exactly one of write, insert, replace, append, delete. */
const EditStep = z.strictObject({
  step: z.literal('edit'),
  file: z.string().min(1),
  /** The whole new content. */
  write: z.string().optional(),
  /** New lines before line `line` (from 1). */
  insert: z.strictObject({ line: z.int().min(1), text: z.string() }).optional(),
  /** The first place where `find` stands; it is an error when it stands nowhere. */
  replace: z.strictObject({ find: z.string().min(1), with: z.string() }).optional(),
  append: z.string().optional(),
  delete: z.literal(true).optional(),
});
const KINDS = ['write', 'insert', 'replace', 'append', 'delete'] as const;
export type EditStep = z.infer<typeof EditStep>;

const ms = z.int().min(0).max(3_600_000);
const Simple = [
  z.strictObject({ step: z.literal('think'), ms }),
  z.strictObject({ step: z.literal('say'), text: z.string() }),
  EditStep.refine((edit) => KINDS.filter((kind) => edit[kind] !== undefined).length === 1, {
    message: `needs exactly one of ${KINDS.join(', ')}`,
  }),
  /** Through /bin/sh, in the folder it runs in; its output is shown. Default time-out: one minute. */
  z.strictObject({ step: z.literal('run'), command: z.string().min(1), timeoutMs: ms.optional() }),
  /** Ends this turn; the steps after it begin with the next prompt. */
  z.strictObject({ step: z.literal('wait'), for: z.string().optional() }),
  z.strictObject({ step: z.literal('fail'), code: z.int().min(1).max(255), message: z.string().optional() }),
  /** As fast as the terminal takes it. Default: 10,000 lines. */
  z.strictObject({
    step: z.literal('flood'),
    lines: z.int().positive().optional(),
    bytes: z.int().positive().optional(),
  }),
  z.strictObject({ step: z.literal('title'), text: z.string() }),
  /** OSC 9;4 in percent; null takes it away. */
  z.strictObject({ step: z.literal('progress'), value: z.number().min(0).max(100).nullable() }),
  z.strictObject({ step: z.literal('crash'), signal: z.string().regex(/^SIG[A-Z0-9]+$/, 'a name such as SIGKILL') }),
  z.strictObject({ step: z.literal('exit'), code: z.int().min(0).max(255).optional() }),
] as const;

export type Step =
  | z.infer<(typeof Simple)[number]>
  | { step: 'ask'; question: string; yes?: Step[] | undefined; no?: Step[] | undefined }
  | { step: 'loop'; times?: number | undefined; steps: Step[] };

/** What the demo agent does next. */
export const Step: z.ZodType<Step> = z.lazy(() =>
  z.discriminatedUnion('step', [
    ...Simple,
    /** A y/n question; a no without steps goes on with what follows. */
    z.strictObject({
      step: z.literal('ask'),
      question: z.string().min(1),
      yes: z.array(Step).optional(),
      no: z.array(Step).optional(),
    }),
    /** Without `times`: until it is interrupted. */
    z.strictObject({
      step: z.literal('loop'),
      times: z.int().positive().optional(),
      steps: z.array(Step).min(1),
    }),
  ]),
);

/** A scenario file of the demo agent: JSON. `name` stands in its title. */
export const Scenario = z.strictObject({
  name: z.string().optional(),
  steps: z.array(Step),
  /** What it does at a prompt that matches (a regular expression without flags), before its built-in behaviour is asked. */
  prompts: z.array(z.strictObject({ match: z.string(), steps: z.array(Step) })).optional(),
});
export type Scenario = z.infer<typeof Scenario>;
