import { cutMiddle } from '../../core/cut.ts';
import { exitText } from '../../core/ends.ts';
import { TEXT_LIMIT } from '../../schema/activity.ts';
import type { Agent, Exit } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Driver, DriverOptions, Effect } from '../driver.ts';
import { Open } from '../open.ts';
import type { Runtime } from '../types.ts';
import { report } from './turn.ts';

/** Lines of standard error that say why it failed. */
const KEPT_ERRORS = 5;

/**
 * A command line of a shell without a terminal: its prompt is the command, each line is told as it comes, all of its standard output is
 * what it said at its end, and its exit code says whether that went well.
 */
export const commandExec: Runtime = {
  id: 'command-exec',
  title: 'Shell command (one turn)',
  binary: null,
  argv: ({ program }) => [program ?? '/bin/sh'],
  prompting: 'argument',
  listens: true,
  version: null,
  install: null,
  titles: [],
  structured: {
    // The shell of `-c` that is given nothing has nothing to do, and ends well.
    plan: ({ prompt, args }) => ({
      args: [...args, '-c', prompt ?? ''],
      before: [],
      env: {},
      stdin: '',
      carriesPrompt: true,
    }),
    driver: (options) => new CommandDriver(options),
    oneShot: true,
    terminal: null,
    auto: [],
  },
  verified: 'driven in the tests',
};

class CommandDriver implements Driver {
  readonly #agent: Agent;
  readonly #open: Open;
  readonly #printed: Printed;

  constructor({ agent, past }: DriverOptions) {
    this.#agent = agent;
    this.#open = new Open(past);
    this.#printed = new Printed(past.filter(({ epoch }) => epoch === agent.epoch));
  }

  start(): Effect[] {
    const given = this.#agent.queue?.find((one) => one.carried);
    const evidence = { source: 'protocol', detail: 'the shell has it' } as const;
    const turn = this.#open.turn + 1;
    return this.#noted([
      report({ type: 'turnStarted', turn, prompt: given?.text ?? null, model: null }),
      ...(given ? [{ type: 'receipt', prompt: given.id, receipt: 'accepted', evidence } as const] : []),
    ]);
  }

  line(stream: 'stdout' | 'stderr', text: string): Effect[] {
    const line = cutMiddle(text);
    this.#printed.add(stream, line);
    return [report({ type: 'raw', stream, why: 'text', text: line })];
  }

  exited(exit: Exit): Effect[] {
    const { turn } = this.#open;
    const { output, errors } = this.#printed;
    const said =
      output === '' ? [] : [report({ type: 'said', item: `output-${turn}`, who: 'agent', text: output, plain: true })];
    const wasAsked = exit.signal === 'SIGINT' || exit.code === 130;
    const outcome = exit.code === 0 ? 'completed' : wasAsked ? 'interrupted' : 'failed';
    const why = exit.signal === null ? `the command ended with ${exitText(exit)}` : `the command was ${exitText(exit)}`;
    const message = outcome === 'completed' ? null : [why, ...errors].join('\n');
    return [...said, report({ type: 'turnEnded', turn, outcome, message, durationMs: null })];
  }

  interrupt = (): Effect[] => [{ type: 'signal', signal: 'SIGINT' }];
  prompt = (): Effect[] => [];
  answer = (): Effect[] => [];
  configure = (): Effect[] => [];

  #noted(effects: Effect[]): Effect[] {
    for (const effect of effects) if (effect.type === 'report') this.#open.note(effect.report);
    return effects;
  }
}

/** What a command printed, as much of it as one text of a record holds: its beginning and its end. */
class Printed {
  readonly #head: string[] = [];
  #room = TEXT_LIMIT / 2;
  readonly #tail: string[] = [];
  #length = 0;
  #missing = 0;
  readonly errors: string[] = [];

  constructor(past: readonly AgentEvent[]) {
    for (const event of past) if (event.type === 'raw') this.add(event.stream, event.text);
  }

  add(stream: 'stdout' | 'stderr', line: string): void {
    if (stream === 'stderr') {
      if (line.trim() !== '') this.errors.push(line);
      if (this.errors.length > KEPT_ERRORS) this.errors.shift();
    } else if (line.length < this.#room) {
      this.#room -= line.length + 1;
      this.#head.push(line);
    } else {
      this.#room = 0;
      this.#length += line.length + 1;
      this.#tail.push(line);
      while (this.#length > TEXT_LIMIT / 2 && this.#tail.length > 1) {
        this.#missing += 1;
        this.#length -= this.#tail.shift()!.length + 1;
      }
    }
  }

  get output(): string {
    const left = this.#missing === 0 ? [] : [`… ${this.#missing} ${this.#missing === 1 ? 'line' : 'lines'} left out …`];
    return cutMiddle([...this.#head, ...left, ...this.#tail].join('\n'));
  }
}
