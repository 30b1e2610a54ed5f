import { parseArgs } from 'node:util';
import type { BridgeIn } from '../../schema/bridge.ts';
import { signalGroup } from '../group.ts';
import { hear } from '../hear.ts';
import type { Say } from '../say.ts';
import { PaseoAgent } from './agent.ts';
import { PaseoCli } from './cli.ts';

/**
 * Drives one agent of a Paseo daemon. Its own arguments: `--host H`, `--provider P`. Resolves with the exit code once nobody speaks to us
 * any more; a turn that runs is ended first, the agent itself stays with Paseo.
 */
export function runPaseo(
  [program, ...args]: readonly string[],
  wishes: { model: string | null; mode: string | null },
  input: NodeJS.ReadableStream,
  say: Say,
): Promise<number> {
  const options = { host: { type: 'string' }, provider: { type: 'string' } } as const;
  const { host, provider = 'claude' } = parseArgs({ args, options }).values;
  const cli = new PaseoCli(program!, host ?? null);
  const asked = { ...wishes, provider, cwd: process.cwd() };
  let agent = new PaseoAgent(cli, say, asked, { turn: 0, usd: 0 });
  let opening = Promise.resolve(true);
  const start = ({ resume, turn, usd }: Extract<BridgeIn, { do: 'start' }>) => {
    agent = new PaseoAgent(cli, say, asked, { turn, usd: usd ?? 0 });
    return resume === null ? Promise.resolve(true) : agent.resume(resume);
  };
  const prompt = (one: Extract<BridgeIn, { do: 'prompt' }>['prompt']) =>
    void opening.then((open) => (open ? agent.prompt(one) : undefined));
  return new Promise((resolve) => {
    const end = async () => {
      await agent.interrupt();
      say.flush();
      // Commands that still wait for it.
      signalGroup('SIGTERM');
      resolve(0);
    };
    hear(
      input,
      (message) => {
        if (message.do === 'start') {
          opening = start(message);
          if (message.prompt) prompt(message.prompt);
        } else if (message.do === 'prompt') prompt(message.prompt);
        else if (message.do === 'answer') void agent.answer(message.approval, message.answer);
        else if (message.do === 'interrupt') void agent.interrupt();
      },
      () => void end(),
    );
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void end());
  });
}
