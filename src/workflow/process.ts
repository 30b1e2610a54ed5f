import { hear } from '../bridge/hear.ts';
import { createSay } from '../bridge/say.ts';
import { BooError, EXIT_CODES } from '../util/errors.ts';
import { writeAll } from '../util/write-all.ts';
import type { Questions } from './questions.ts';
import { carryOut } from './run.ts';

/*
 * The process of one run: a child of a process host that speaks the bridge's protocol (schema/bridge) on its standard input and output,
 * and a client of the daemon. Which run it is stands in its environment: BOOCODE_PROJECT and BOOCODE_CHILD (`<agent id>.<epoch>`).
 */
const { BOOCODE_PROJECT: root, BOOCODE_CHILD: child } = process.env;
if (!root || !child) {
  process.stderr.write('boocode: this is the process of a run; start one with boocode workflow run\n');
  process.exit(2);
}
const agent = child.slice(0, child.lastIndexOf('.'));
const say = createSay((line) => writeAll(1, line));
const stop = new AbortController();
const cancel = () => stop.abort(new BooError('interrupted', 'it was stopped'));
let questions: Questions | undefined;

hear(
  process.stdin,
  (message) => {
    if (message.do === 'start') {
      const onQuestions = (all: Questions) => {
        questions = all;
      };
      void carryOut({ root, agent, say, start: message, signal: stop.signal, onQuestions }).then((code) =>
        process.exit(code),
      );
    } else if (message.do === 'answer') questions?.answer(message.approval.id, message.answer);
    else if (message.do === 'interrupt') cancel();
    else if (message.do === 'prompt') {
      const evidence = { source: 'protocol' as const, detail: 'a run takes no prompts' };
      say.receipt({ prompt: message.prompt.id, receipt: 'not delivered', evidence });
    }
  },
  // Its host is gone: the run is taken up in another life, and its agents work on for that one.
  () => process.exit(EXIT_CODES.interrupted),
);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, cancel);
