import { BridgeIn } from '../schema/bridge.ts';
import { createLines } from '../util/lines.ts';

/**
 * Reads what the daemon wants, one JSON object a line, in order. What is none is said on standard error and passed over: a daemon of
 * another version must not end what runs. `onEnd`: nothing more will come.
 */
export function hear(input: NodeJS.ReadableStream, onMessage: (message: BridgeIn) => void, onEnd: () => void): void {
  const lines = createLines((text) => {
    if (text === '') return;
    const message = parse(text);
    if (message) onMessage(message);
    else process.stderr.write(`boocode: this is not understood: ${text.slice(0, 200)}\n`);
  });
  input.on('data', (bytes: Buffer) => lines.add(bytes));
  input.once('end', () => {
    lines.end();
    onEnd();
  });
  input.once('error', onEnd);
}

function parse(text: string): BridgeIn | undefined {
  try {
    return BridgeIn.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
