import type { AgentEvent } from '../../schema/event.ts';
import type { Item, NoticeItem, PromptItem, ToolItem } from './items.ts';
import { noticeOf } from './notices.ts';
import type { Memory } from './talk.ts';
import { finishTool, startTool } from './tools.ts';

type Of<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

/** Lines of raw output that are kept of one block. */
const RAW_LINES = 2000;

/** Folds one event of the record into a conversation. What is no part of one changes nothing. */
export function foldEvent(memory: Memory, seq: number, event: AgentEvent) {
  const common = { key: `#${seq}`, version: 0, at: event.at };
  switch (event.type) {
    case 'turnStarted':
      return startTurn(memory, seq, event);
    case 'turnEnded':
      return endTurn(memory, seq, event);
    case 'prompted':
      return prompted(memory, seq, event);
    case 'said':
      // Some agents repeat what they were asked.
      if (event.who === 'user' && event.text.trim() === memory.turn.prompt.trim()) return;
      return put(
        memory,
        { kind: 'said', ...common, who: event.who, text: event.text, live: false, ...(event.plain && { plain: true }) },
        event.parent,
        event.epoch,
      );
    case 'thought':
      if (event.text.trim() === '') return;
      return put(
        memory,
        { kind: 'thought', ...common, who: 'agent', text: event.text, live: false },
        event.parent,
        event.epoch,
      );
    case 'toolStarted':
      return startTool(memory, seq, event);
    case 'toolFinished':
      return finishTool(memory, seq, event);
    case 'planned':
      return planned(memory, seq, event);
    case 'used': {
      const { turn } = memory;
      if (event.turn !== turn.number) return;
      const { tokens, usd } = event;
      if (tokens)
        turn.tokens = (turn.tokens ?? 0) + tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite;
      if (usd !== null) turn.usd = (turn.usd ?? 0) + usd;
      return;
    }
    case 'asked':
      return asked(memory, seq, event);
    case 'answered':
      return answered(memory, event);
    case 'raw':
      return raw(memory, seq, event);
    default:
      return other(memory, seq, event);
  }
}

/** Puts an item at the end of the conversation, or of the subagent's that it belongs to. */
export function put(memory: Memory, item: Item, parent?: string | null, epoch = 0) {
  const owner = parent ? memory.tools.get(`${epoch}/${parent}`) : undefined;
  (owner?.children ?? memory.items).push(item);
  if (owner) {
    memory.owners.set(item, owner);
    touch(memory, owner);
  }
  memory.shape++;
}

/** It has changed, and with it what stands for it where it is folded away. */
export function touch(memory: Memory, item: Item) {
  for (let one: Item | undefined = item; one; one = memory.owners.get(one)) one.version++;
}

function startTurn(memory: Memory, seq: number, { turn, prompt, at, model }: Of<'turnStarted'>) {
  memory.turn = { number: turn, prompt: prompt ?? '', plan: null, at, tokens: null, usd: null };
  if (model !== null) memory.model = model;
  const known = memory.pending.find(({ text }) => text.trim() === (prompt ?? '').trim());
  memory.pending = known ? memory.pending.filter((one) => one !== known) : memory.pending;
  if (!known) {
    const text = prompt ?? '';
    return put(memory, { kind: 'prompt', key: `#${seq}`, version: 0, at, text, turn, receipt: null, detail: '' });
  }
  // It waited for the end of the turn before: it stands where its own turn begins.
  memory.items.splice(memory.items.lastIndexOf(known), 1);
  known.turn = turn;
  known.version++;
  put(memory, known);
}

function endTurn(memory: Memory, seq: number, { turn, at, outcome, message, durationMs }: Of<'turnEnded'>) {
  const known = memory.turn.number === turn ? memory.turn : null;
  const took = durationMs ?? (known ? at - known.at : null);
  const counted = { tokens: known?.tokens ?? null, usd: known?.usd ?? null };
  put(memory, { kind: 'end', key: `#${seq}`, version: 0, at, turn, outcome, message, durationMs: took, ...counted });
}

/** What became of a prompt that was sent from here: told before or after its turn begins. */
function prompted(memory: Memory, seq: number, { text, receipt, evidence, at }: Of<'prompted'>) {
  const same = (one: Item): one is PromptItem => one.kind === 'prompt' && one.text.trim() === text.trim();
  const recent = memory.items.slice(-200).findLast((one) => same(one) && one.receipt !== receipt) as
    | PromptItem
    | undefined;
  const open = recent && (recent.receipt === null || recent.receipt === 'accepted') ? recent : undefined;
  if (open) {
    open.receipt = receipt;
    open.detail = evidence.detail;
    open.version++;
    return;
  }
  const detail = evidence.detail;
  const item: PromptItem = { kind: 'prompt', key: `#${seq}`, version: 0, at, text, turn: null, receipt, detail };
  if (receipt !== 'not delivered') memory.pending.push(item);
  put(memory, item);
}

/** One block for each turn, however often it is planned anew. */
function planned(memory: Memory, seq: number, { entries, at }: Of<'planned'>) {
  const { plan } = memory.turn;
  if (plan) {
    plan.entries = entries;
    plan.version++;
    return;
  }
  memory.turn.plan = { kind: 'plan', key: `#${seq}`, version: 0, at, entries };
  put(memory, memory.turn.plan);
}

const approvalOf = (memory: Memory, id: string) =>
  memory.items.findLast((one) => one.kind === 'approval' && one.approval.id === id);

function asked(memory: Memory, seq: number, { approval, at }: Of<'asked'>) {
  const known = approvalOf(memory, approval.id);
  if (known?.kind === 'approval' && known.by === null) {
    known.approval = approval;
    known.version++;
    return;
  }
  put(memory, { kind: 'approval', key: `#${seq}`, version: 0, at, approval, answer: null, by: null });
}

function answered(memory: Memory, { id, answer, by }: Of<'answered'>) {
  const known = approvalOf(memory, id);
  if (known?.kind !== 'approval' || known.by !== null) return;
  known.answer = answer;
  known.by = by;
  known.version++;
}

function raw(memory: Memory, seq: number, { text, at }: Of<'raw'>) {
  const last = memory.items.at(-1);
  if (last?.kind !== 'raw') {
    return put(memory, { kind: 'raw', key: `#${seq}`, version: 0, at, lines: [text], count: 1 });
  }
  if (last.lines.length < RAW_LINES) (last.lines as string[]).push(text);
  last.count++;
  last.version++;
}

/** What concerns its life, its provider or its settings is said in a line; the same again is counted. */
function other(memory: Memory, seq: number, event: AgentEvent) {
  if (event.type === 'exited' || event.type === 'restarted') closeTools(memory);
  const said = noticeOf(memory, event);
  if (!said) return;
  const last = memory.items.at(-1);
  if (last?.kind === 'notice' && last.text === said.text && last.level === said.level) {
    last.times++;
    last.version++;
    return;
  }
  const item: NoticeItem = { kind: 'notice', key: `#${seq}`, version: 0, at: event.at, ...said, times: 1 };
  put(memory, item);
}

/** Nothing runs beyond the end of its agent, whatever was told of it. */
function closeTools(memory: Memory) {
  for (const tool of memory.running) {
    (tool as ToolItem).state = 'cancelled';
    touch(memory, tool);
  }
  memory.running.clear();
}
