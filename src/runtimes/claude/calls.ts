import { cutMiddle } from '../../core/cut.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Report } from '../driver.ts';
import { parseObject } from '../json.ts';
import type { Block, Message } from './messages.ts';
import { Plan } from './plans.ts';
import { finishedOf } from './results.ts';
import { kindOf, locationsOf, titleOf } from './tools.ts';

type Finished = Pick<Extract<Report, { type: 'toolFinished' }>, 'call' | 'outcome' | 'output'>;

/** The tool calls that are open: what they were asked to do, and which of them a person said no to. */
export class Calls {
  private readonly made = new Map<string, { tool: string; input: Record<string, unknown> }>();
  private readonly denied = new Set<string>();
  private readonly plan = new Plan();
  private readonly cwd: string;

  constructor(cwd: string) {
    this.cwd = cwd;
  }

  /** A call that begins; `block` is a tool_use with its id and name. */
  started({ id, name, input = {} }: Block, turn: number, parent: string | null): Report {
    const [call, tool] = [id!, name!];
    this.made.set(call, { tool, input });
    return {
      ...{ type: 'toolStarted', call, turn, tool, kind: kindOf(tool), parent },
      title: titleOf(tool, input, this.cwd),
      input: cutMiddle(JSON.stringify(input)),
      locations: locationsOf(input, this.cwd),
    };
  }

  /** A call that is over; `block` is a tool_result of the message. Also the plan, if it changed it. */
  finished(block: Block, { tool_use_result: details, tool_result_meta: metas }: Message): Report[] {
    const call = block.tool_use_id!;
    const meta = metas?.find(({ id }) => id === call);
    const finished = finishedOf({ block, details, meta, denied: this.denied.delete(call), cwd: this.cwd });
    const entries = this.planned(finished);
    return entries ? [finished, { type: 'planned', entries }] : [finished];
  }

  /** Learns what the record says of calls. */
  recall(event: AgentEvent): void {
    if (event.type === 'toolFinished') this.planned(event);
    if (event.type !== 'toolStarted') return;
    const input = parseObject(event.input);
    if (input) this.made.set(event.call, { tool: event.tool, input });
  }

  inputOf(call: string): Record<string, unknown> | undefined {
    return this.made.get(call)?.input;
  }

  deny(call: string): void {
    this.denied.add(call);
  }

  /** The turn is over, and they with it. */
  clear(): void {
    this.made.clear();
    this.denied.clear();
  }

  private planned({ call, outcome, output }: Finished) {
    const made = this.made.get(call);
    this.made.delete(call);
    return made && outcome === 'done' ? this.plan.called(made.tool, made.input, output) : null;
  }
}
