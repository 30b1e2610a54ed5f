// The demo as a conversation: it speaks the bridge's protocol over its standard input and output, and says of itself that it is a script.
import { parseArgs } from 'node:util';
import { BridgeIn } from '../../schema/bridge.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import { createLines } from '../../util/lines.ts';
import { writeAll } from '../../util/write-all.ts';
import { ChatAgent, type ChatSetting } from './agent.ts';

const USAGE = 'demo.js --chat [--model MODEL] [--mode ask|edits|auto] [--abort CODE]';

function options() {
  try {
    const string = { type: 'string' } as const;
    return parseArgs({ options: { chat: { type: 'boolean' }, model: string, mode: string, abort: string } }).values;
  } catch (error) {
    throw new BooError('usage', messageOf(error), USAGE);
  }
}

/** Runs until its input ends. */
export function runChat(): void {
  const { model, mode, abort } = options();
  const raw: ChatSetting['raw'] = (text, stream = 'stdout') => writeAll(stream === 'stdout' ? 1 : 2, text);
  const leave: ChatSetting['leave'] = (how) => {
    if ('signal' in how) process.kill(process.pid, how.signal);
    else process.exit(how.code);
    return new Promise<never>(() => {});
  };
  const agent = new ChatAgent({
    cwd: process.cwd(),
    model: model ?? null,
    mode: mode ?? null,
    abort: abort === undefined ? null : Number(abort),
    print: (message) => raw(`${JSON.stringify(message)}\n`),
    raw,
    leave,
  });
  const lines = createLines((text) => {
    const heard = BridgeIn.safeParse(parse(text));
    if (heard.success) agent.hear(heard.data);
    else raw(`the demo does not understand ${text.slice(0, 100)}\n`, 'stderr');
  });
  process.stdin.on('data', (bytes: Buffer) => lines.add(bytes));
  process.stdin.on('end', () => process.exit(0));
  process.once('SIGTERM', () => process.exit(143));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
