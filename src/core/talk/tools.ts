import type { AgentEvent } from '../../schema/event.ts';
import { put, touch } from './fold.ts';
import type { ToolItem } from './items.ts';
import type { Memory } from './talk.ts';

type Of<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

/** A call begins, or more becomes known of one that has. One that had ended already is another one with the same id. */
export function startTool(memory: Memory, seq: number, event: Of<'toolStarted'>) {
  const id = `${event.epoch}/${event.call}`;
  const known = memory.tools.get(id);
  const { call, tool, kind: toolKind, title, input, locations } = event;
  if (known && memory.running.has(known)) {
    Object.assign(known, { tool, toolKind, title, input, locations });
    return touch(memory, known);
  }
  const item: ToolItem = {
    ...blankTool(call, event.at),
    ...{ key: `#${seq}`, tool, toolKind, title, input, locations },
  };
  memory.tools.set(id, item);
  memory.running.add(item);
  put(memory, item, event.parent, event.epoch);
}

export function finishTool(memory: Memory, seq: number, event: Of<'toolFinished'>) {
  const { call, at, outcome, output, error, diff, durationMs } = event;
  const id = `${event.epoch}/${call}`;
  let item = memory.tools.get(id);
  if (!item) {
    // Its beginning stands on an older page, or was never told.
    item = { ...blankTool(call, at), key: `#${seq}` };
    memory.tools.set(id, item);
    put(memory, item);
  }
  // Told again when something was found out later: the newer word counts.
  const took = durationMs ?? item.durationMs ?? at - item.at;
  Object.assign(item, { state: outcome, output, error, diff: diff ?? item.diff, durationMs: took });
  memory.running.delete(item);
  touch(memory, item);
}

const blankTool = (call: string, at: number): ToolItem => ({
  kind: 'tool',
  key: '',
  version: 0,
  at,
  call,
  tool: 'tool',
  toolKind: 'other',
  title: call,
  input: '',
  locations: [],
  state: 'running',
  output: '',
  error: null,
  diff: null,
  durationMs: null,
  children: [],
});
