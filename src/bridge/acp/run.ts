import { constants, homedir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { BridgeIn } from '../../schema/bridge.ts';
import { signalGroup } from '../group.ts';
import { hear } from '../hear.ts';
import type { Say } from '../say.ts';
import { connectClient } from './client.ts';
import { toLoad, untilLoadable } from './gemini.ts';
import { openAgent } from './process.ts';
import { Requests } from './requests.ts';
import { Talk, type Wishes } from './talk.ts';
import { Telling } from './telling.ts';

/** What was asked of it meanwhile waits in our standard input. */
async function whenLoadable(argv: readonly string[], session: string): Promise<string[]> {
  await delay(untilLoadable(homedir(), session, Date.now()));
  return toLoad(argv, homedir(), session);
}

/**
 * Drives one ACP agent until it ends or nobody speaks to us any more. Resolves with the exit code to end with: that of the agent,
 * 128 and the signal's number where one ended it.
 */
export async function runAcp(
  asked: readonly string[],
  wishes: Wishes,
  input: NodeJS.ReadableStream,
  say: Say,
): Promise<number> {
  const cwd = process.cwd();
  const argv = wishes.session === null ? asked : await whenLoadable(asked, wishes.session);
  let telling = new Telling(say, { cwd, turn: 0, usd: 0 });
  const agent = openAgent(argv, {
    onUpdate: (params) => telling.update(params),
    onRaw: (why, text) => telling.raw(why, text),
  });
  let requests = new Requests(say, telling, cwd);
  const connection = connectClient(agent, cwd, {
    onPermission: (wish, request, signal) => requests.ask(wish, request, signal),
    onUnknown: (method, params) => telling.raw('unknown', JSON.stringify({ method, params })),
  });
  let talk: Talk | undefined;
  let opening = Promise.resolve();
  let isOpen = false;
  const start = async (message: Extract<BridgeIn, { do: 'start' }>) => {
    telling = new Telling(say, { cwd, turn: message.turn, usd: message.usd ?? 0 });
    requests = new Requests(say, telling, cwd);
    talk = new Talk(connection, { say, telling, requests, cwd });
    isOpen = await talk.open(message, wishes);
    if (!isOpen) void agent.end();
    else if (message.prompt) void talk.prompt(message.prompt);
  };
  // A session is opened first; a turn holds up nothing, least of all its interruption.
  const onMessage = (message: BridgeIn) => {
    if (message.do === 'start') opening = start(message);
    else if (message.do === 'prompt') void opening.then(() => talk?.prompt(message.prompt));
    else if (message.do === 'answer') requests.answer(message.approval, message.answer);
    else if (message.do === 'interrupt') void talk?.interrupt();
    else void opening.then(() => talk?.configure(message));
  };
  hear(input, onMessage, () => void agent.end());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void agent.end());
  const exit = await agent.exited;
  requests.withdraw('its process ended');
  telling.close();
  say.flush();
  if (exit.error !== undefined) process.stderr.write(`boocode: ${argv[0]} could not be started: ${exit.error}\n`);
  // Adapters leave the program behind that they adapt.
  signalGroup('SIGTERM');
  // Whose session could not be opened has done nothing, however well it then ends.
  if (!isOpen && exit.code === 0) return 1;
  return exit.code ?? 128 + (constants.signals[exit.signal as NodeJS.Signals] ?? 0);
}
