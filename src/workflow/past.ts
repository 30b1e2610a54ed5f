import { RunFold } from '../core/runs/fold.ts';
import { workedIn } from '../core/runs/worked.ts';
import type { Answer } from '../schema/approval.ts';
import type { RecordLine } from '../schema/event.ts';
import type { Run } from '../schema/run.ts';
import type { RunClient } from './client.ts';

/** Lines of a record that are asked for at once. */
const PAGE = 5000;

/** What earlier lives of a run left on its record. */
export interface Past {
  /** Its `outcome` is null where the last life ended without a word. */
  run: Run;
  /** Answers of people to its questions, by the approval's id. */
  answers: ReadonlyMap<string, Answer>;
  /** Milliseconds that it was at work. */
  worked: number;
}

export async function readPast(client: RunClient, agent: string): Promise<Past> {
  const pages: RecordLine[][] = [];
  for (let before: number | null = null, more = true; more; ) {
    const page: { lines: RecordLine[]; more: boolean } = await client.call('session.events', {
      agent,
      after: 0,
      before,
      limit: PAGE,
      activity: true,
    });
    pages.push(page.lines);
    before = page.lines[0]?.seq ?? 0;
    more = page.more;
  }
  const fold = new RunFold({ id: agent, name: agent });
  const answers = new Map<string, Answer>();
  const events = pages.reverse().flatMap((lines) => lines.map(({ event }) => event));
  for (const event of events) {
    fold.take(event);
    if (event.type === 'answered' && event.answer) answers.set(event.id, event.answer);
  }
  return { run: fold.run, answers, worked: workedIn(events) };
}
