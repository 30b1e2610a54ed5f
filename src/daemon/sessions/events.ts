import { isActivity } from '../../core/activity.ts';
import type { AgentEvent, RecordLine } from '../../schema/event.ts';
import { readRecordLines } from '../../storage/record.ts';
import type { Context } from '../context.ts';

export interface EventsAsk {
  after: number;
  before: number | null;
  limit: number;
  activity: boolean;
}

/** What begins and ends lives, and prompts: beside the activities they make up a conversation. */
const FRAME: ReadonlySet<AgentEvent['type']> = new Set([
  'created',
  'started',
  'session',
  'prompted',
  'stopRequested',
  'exited',
  'hostLost',
  'startFailed',
  'restarted',
  'retry',
  'paused',
]);

/** What is on record of an agent, the newest `limit` of what is asked for, oldest first. */
export function eventsOf(
  { root }: Pick<Context, 'root'>,
  id: string,
  { after, before, limit, activity }: EventsAsk,
): { lines: RecordLine[]; last: number; more: boolean } {
  const lines: RecordLine[] = [];
  let last = 0;
  for (const line of readRecordLines(root, id)) {
    last ||= line.seq;
    if (line.seq <= after) break;
    const { event } = line;
    if ((before !== null && line.seq >= before) || (activity && !isActivity(event) && !FRAME.has(event.type))) continue;
    if (lines.length === limit) return { lines: lines.reverse(), last, more: true };
    lines.push(line);
  }
  return { lines: lines.reverse(), last, more: false };
}
