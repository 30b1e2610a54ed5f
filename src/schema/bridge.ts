import { activityEvents, Delta } from './activity.ts';
import { Answer, Approval } from './approval.ts';
import { Receipt, type Report } from './event.ts';
import { Evidence } from './status.ts';
import * as z from './z.ts';

/** Added by who records a report. */
const unstamped = <T extends z.ZodObject>(event: T) => event.omit({ at: true, epoch: true, from: true } as never);

/** An activity as a bridge states it, or the session's id. */
export const BridgeReport = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session'), sessionId: z.string() }),
  ...activityEvents.map(unstamped),
]);

/** A program that speaks MCP on its standard input and output: what an agent is given as further tools. */
export const ToolServer = z.object({ command: z.string(), args: z.array(z.string()) });
export type ToolServer = z.infer<typeof ToolServer>;

/** What a bridge prints: one JSON object a line. Any other line is raw output. */
export const BridgeOut = z.discriminatedUnion('boocode', [
  z.object({ boocode: z.literal('report'), report: BridgeReport }),
  z.object({ boocode: z.literal('delta'), delta: Delta }),
  z.object({ boocode: z.literal('receipt'), prompt: z.string(), receipt: Receipt, evidence: Evidence }),
  z.object({ boocode: z.literal('refused'), message: z.string() }),
]);
export type BridgeOut =
  | Exclude<z.infer<typeof BridgeOut>, { boocode: 'report' }>
  | { boocode: 'report'; report: Report };

const Prompt = z.object({ id: z.string(), text: z.string(), images: z.array(z.string()) });

/** What a bridge reads: one JSON object a line. */
export const BridgeIn = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('start'),
    resume: z.string().nullable(),
    prompt: Prompt.nullable(),
    /** Number of the last turn there was, 0: none. The next one is one more. */
    turn: z.int(),
    /** US dollars on record of the session that goes on: agents tell its total. */
    usd: z.number().optional(),
  }),
  z.object({ do: z.literal('prompt'), prompt: Prompt }),
  z.object({ do: z.literal('answer'), approval: Approval, answer: Answer }),
  z.object({ do: z.literal('interrupt') }),
  z.object({ do: z.literal('configure'), model: z.string().optional(), mode: z.string().optional() }),
]);
export type BridgeIn = z.infer<typeof BridgeIn>;
