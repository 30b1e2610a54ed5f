// The demo agent: a real program that edits real files, on a terminal or (--chat) as a conversation, and says of itself that it is a script.
import { StringDecoder } from 'node:string_decoder';
import { parseArgs } from 'node:util';
import { BooError, EXIT_CODES, messageOf } from '../util/errors.ts';
import { DemoAgent } from './agent.ts';
import { runChat } from './chat/main.ts';
import { openSession, saveSession } from './chat/session.ts';
import { readKeys } from './input.ts';
import { knownPrompts, readScenario } from './scenario.ts';
import { createScreen } from './screen.ts';
import type { Stage } from './steps.ts';

const USAGE = 'demo.js [--scenario FILE] [--resume SESSION] [--alt] [PROMPT]';

/** Exit codes of the signals that end it, 128 and the signal's number, as shells give them. */
const ENDED_BY = { SIGTERM: 143, SIGHUP: 129 } as const;

function options() {
  try {
    const { values, positionals } = parseArgs({
      options: { scenario: { type: 'string' }, resume: { type: 'string' }, alt: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    return { ...values, prompt: positionals.length > 0 ? positionals.join(' ') : null };
  } catch (error) {
    throw new BooError('usage', messageOf(error), USAGE);
  }
}

function main(): void {
  const { scenario, alt, prompt, resume } = options();
  const session = resume === undefined ? null : openSession(resume);
  if (resume !== undefined && !session) throw new BooError('not_found', `there is no session ${resume}`);
  const script = scenario === undefined ? null : readScenario(scenario);
  const prompts = [...(script?.prompts ?? []), ...knownPrompts(process.cwd())];
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new BooError('usage', 'the demo agent needs a terminal', 'Start it with boocode new --runtime demo.');
  }
  process.stdin.setRawMode(true);
  const screen = createScreen(process.stdout, { alt: alt === true });
  const leave: Stage['leave'] = (how) => {
    screen.close();
    process.stdin.setRawMode(false);
    if ('signal' in how) process.kill(process.pid, how.signal);
    else process.exit(how.code);
    return new Promise<never>(() => {});
  };
  const agent = new DemoAgent({
    screen,
    cwd: process.cwd(),
    scenario: script,
    prompts,
    leave,
    remembered: session?.prompts.length ?? null,
    onPrompt(text) {
      session?.prompts.push(text);
      if (session) saveSession(session);
    },
    now: () => performance.now(),
  });
  const decoder = new StringDecoder('utf8');
  let pending = '';
  process.stdin.on('data', (bytes: Buffer) => {
    const read = readKeys(pending + decoder.write(bytes));
    pending = read.pending;
    for (const key of read.keys) agent.press(key);
  });
  process.stdin.on('end', () => void leave({ code: 0 }));
  process.stdout.on('resize', () => screen.redraw());
  for (const [name, code] of Object.entries(ENDED_BY)) process.once(name, () => void leave({ code }));
  agent.begin(prompt);
}

try {
  if (process.argv.includes('--chat')) runChat();
  else main();
} catch (error) {
  const known = error instanceof BooError;
  process.stderr.write(`${messageOf(error)}${known && error.hint ? `\n${error.hint}` : ''}\n`);
  process.exit(known ? EXIT_CODES[error.code] : 70);
}
