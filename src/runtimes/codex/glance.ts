import type { Delta } from '../../schema/activity.ts';
import type { Effect } from '../driver.ts';
import { parseText } from '../json.ts';

/*
 * Lines that come often, known by how they are written (seen with 0.169), without an object made of all that they hold. Whatever is
 * written otherwise is no such line here, and is read as any other is.
 */

/** Told by other reports, or about nothing that is shown. */
export const IDLE = [
  ...['thread/started', 'thread/status/changed', 'thread/name/updated', 'thread/readState/changed', 'thread/closed'],
  ...['thread/environment/connected', 'thread/environment/disconnected', 'thread/queue/changed'],
  ...['turn/diff/updated', 'item/fileChange/outputDelta', 'item/fileChange/patchUpdated', 'skills/changed'],
  ...['item/mcpToolCall/progress', 'item/commandExecution/terminalInteraction', 'mcpServer/startupStatus/updated'],
  ...['remoteControl/status/changed', 'account/updated', 'app/list/updated', 'hook/started', 'hook/completed'],
];
/** Items that are told when they are whole, as they begin; and prompts of ours, which have an id of ours. */
const IDLE_ITEMS = [
  String.raw`started","params":\{"item":\{"type":"(?:userMessage|agentMessage|reasoning)"`,
  String.raw`completed","params":\{"item":\{"type":"userMessage","id":"[\w-]*","clientId":"`,
];
/** What has an id besides is a request: it stands before what is told. */
const IDLE_LINE = new RegExp(
  String.raw`^\{"method":"(?:(?:${IDLE.join('|')})","params":\{|item/(?:${IDLE_ITEMS.join('|')}))`,
);

/** A text that grows, as it is most often told. The whole line, so that nothing else can stand in it. */
const GROWS =
  /^\{"method":"item\/(agentMessage\/delta|reasoning\/summaryTextDelta|commandExecution\/outputDelta)","params":\{"threadId":"[\w-]*","turnId":"[\w-]*","itemId":"([\w-]*)","delta":("[^"\\]*(?:\\.[^"\\]*)*")(?:,"summaryIndex":\d)?\},"emittedAtMs":[1-9]\d*\}$/;
const KINDS: Record<string, Delta['kind']> = {
  'agentMessage/delta': 'said',
  'reasoning/summaryTextDelta': 'thought',
  'commandExecution/outputDelta': 'output',
};
/** Characters that such a line has at the most: a longer one is read. */
const LONGEST = 20_000;

/** What comes of a line, where that is seen without reading it; null: it is to be read. */
export function glance(line: string): Effect[] | null {
  if (!line.endsWith('}')) return null;
  if (IDLE_LINE.test(line)) return [];
  const found = line.length > LONGEST ? null : GROWS.exec(line);
  const text = found && parseText(found[3]!);
  return text === null ? null : [{ type: 'delta', delta: { item: found![2]!, kind: KINDS[found![1]!]!, text } }];
}
