import { exitText } from '../core/ends.ts';
import { type BridgeIn, BridgeOut } from '../schema/bridge.ts';
import type { AgentEvent } from '../schema/event.ts';
import type { Driver, DriverOptions, Effect, Prompt, Report } from './driver.ts';
import { Open } from './open.ts';

const write = (message: BridgeIn): Effect => ({ type: 'write', text: `${JSON.stringify(message)}\n` });
const promptOf = ({ id, text, images }: Prompt) => ({ id, text, images: [...images] });

/** Drives what speaks the bridge's protocol (schema/bridge): all that it says is a report already. */
export function bridgedDriver({ past }: DriverOptions): Driver {
  const open = new Open(past);
  const report = (one: Report): Effect => {
    open.note(one);
    return { type: 'report', report: one };
  };
  return {
    start({ resume, prompt }) {
      const usd = resume === null ? undefined : spentIn(past, resume);
      return [write({ do: 'start', resume, prompt: prompt && promptOf(prompt), turn: open.turn, ...(usd && { usd }) })];
    },
    line(stream, text) {
      const said = stream === 'stdout' ? parse(text) : 'text';
      if (typeof said === 'string') return text === '' ? [] : [report({ type: 'raw', stream, why: said, text })];
      switch (said.boocode) {
        case 'report':
          return [report(said.report)];
        case 'delta':
          return [{ type: 'delta', delta: said.delta }];
        case 'receipt':
          return [{ type: 'receipt', prompt: said.prompt, receipt: said.receipt, evidence: said.evidence }];
        case 'refused':
          return [{ type: 'refused', message: said.message }];
      }
    },
    prompt: (prompt) => [write({ do: 'prompt', prompt: promptOf(prompt) })],
    answer: (approval, answer) => [write({ do: 'answer', approval, answer })],
    interrupt: () => [write({ do: 'interrupt' })],
    configure: ({ model, mode }) => [write({ do: 'configure', ...(model && { model }), ...(mode && { mode }) })],
    exited(exit) {
      const outcome = exit.code === 0 ? 'interrupted' : 'failed';
      return open
        .close(outcome, `its process ended (${exitText(exit)})`)
        .map((one) => ({ type: 'report', report: one }));
    },
  };
}

/** US dollars on record of one session. */
function spentIn(past: readonly AgentEvent[], session: string): number {
  let sum = 0;
  let current: string | null = null;
  for (const event of past) {
    if (event.type === 'session') current = event.sessionId;
    if (event.type === 'used' && current === session) sum += event.usd ?? 0;
  }
  return sum;
}

/** What a line says, or why it says nothing: it is no message at all, or one of a kind that is not known. */
function parse(line: string): BridgeOut | 'text' | 'unknown' {
  if (!line.startsWith('{')) return 'text';
  try {
    const value: unknown = JSON.parse(line);
    return (BridgeOut.safeParse(value).data as BridgeOut | undefined) ?? 'unknown';
  } catch {
    return 'text';
  }
}
