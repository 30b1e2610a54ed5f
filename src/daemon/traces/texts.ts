import { checkInput } from '../../core/traces/checks.ts';
import type { Call } from '../../core/traces/entry.ts';
import type { Texts } from '../../core/traces/tell.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { linesAt } from '../../storage/record-reading.ts';
import type { TraceIndex } from './index.ts';

const inputOf = (event: AgentEvent | undefined) => {
  if (event?.type === 'checkBegan') return checkInput(event.command);
  return event?.type === 'toolStarted' ? event.input : '';
};
const outputOf = (event: AgentEvent | undefined) =>
  event?.type === 'toolFinished' || event?.type === 'checkEnded' ? event.output : '';

/** Whole inputs and outputs of these calls, from the records; empty where a record is gone. */
export async function textsOf(root: string, index: TraceIndex, calls: readonly Call[]): Promise<Map<Call, Texts>> {
  const texts = new Map<Call, Texts>();
  for (const [id, mine] of Map.groupBy(calls, ({ owner }) => owner.id)) {
    const file = index.fileOf(id);
    const lines = file
      ? await linesAt(
          root,
          file,
          mine.map(({ begun }) => begun),
        )
      : [];
    const ends = mine.filter((call): call is Call & { ended: number } => call.ended !== null);
    const last = file
      ? await linesAt(
          root,
          file,
          ends.map(({ ended }) => ended),
        )
      : [];
    mine.forEach((call, at) => {
      texts.set(call, { input: inputOf(lines[at]?.event), output: '' });
    });
    ends.forEach((call, at) => {
      texts.get(call)!.output = outputOf(last[at]?.event);
    });
  }
  return texts;
}
