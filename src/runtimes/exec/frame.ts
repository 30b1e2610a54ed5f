import { cutMiddle } from '../../core/cut.ts';
import { exitText } from '../../core/ends.ts';
import { liftedBy } from '../../core/lifted.ts';
import type { Agent, Exit } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Driver, DriverOptions, Effect, Prompt, Report, StructuredAsk } from '../driver.ts';
import { Open } from '../open.ts';
import type { Runtime } from '../types.ts';

/** What reads the output of one life of a CLI that takes one prompt, prints JSON and ends. */
export interface ExecDecoder {
  /** One whole line of its standard output; anything at all. Never throws. */
  line(text: string, at: number): Effect[];
  /** One of its standard error, beside being kept as raw output. */
  error?(text: string, at: number): Effect[];
  /** As in Driver. */
  recall?(event: AgentEvent): void;
}

export interface ExecOptions extends DriverOptions {
  /** What this life is to do: the turn that it reports begins with it. */
  prompt: Prompt | null;
}

/** One CLI that is run so. */
export interface ExecRow {
  id: string;
  title: string;
  binary: string;
  install: string;
  /** Id of the terminal runtime that opens the same session. */
  terminal: string;
  /** After the program, without the prompt: that comes on its standard input, which is then closed. */
  args(ask: StructuredAsk): string[];
  env?(ask: StructuredAsk): Record<string, string>;
  decoder(options: ExecOptions): ExecDecoder;
  /** As in Structured: it cannot ask, so what is not allowed beforehand is refused. */
  auto: readonly string[];
  verified: string;
  withTools?: Runtime['withTools'];
}

/** A runtime that is one turn a life: a further prompt is a new life that goes on with the session. */
export const execRuntime = (row: ExecRow): Runtime => ({
  id: row.id,
  title: row.title,
  binary: row.binary,
  argv: ({ program }) => [program ?? row.binary],
  prompting: 'argument',
  listens: true,
  version: ['--version'],
  install: row.install,
  titles: [],
  verified: row.verified,
  ...(row.withTools && { withTools: row.withTools }),
  structured: {
    plan: (ask) => ({
      args: row.args(ask),
      before: [],
      env: row.env?.(ask) ?? {},
      // Some read it to its end first, prompt or not.
      stdin: ask.prompt ?? '',
      carriesPrompt: true,
    }),
    driver: (options) => new ExecDriver(options, row.decoder({ ...options, prompt: promptOf(options.agent) })),
    oneShot: true,
    terminal: row.terminal,
    auto: row.auto,
  },
});

/** The prompt that a life carries stands in its queue until a turn begins with it. */
function promptOf({ queue = [] }: Agent): Prompt | null {
  const carried = queue.find((one) => one.carried);
  return carried ? { id: carried.id, text: carried.text, images: carried.images ?? [] } : null;
}

/** Lines of standard error that may say why it failed. */
const KEPT_ERRORS = 5;

class ExecDriver implements Driver {
  private readonly decoder: ExecDecoder;
  private readonly open: Open;
  /** The turn's end is told with the life's: before it nothing more can be asked of it. */
  private ended: Report | null = null;
  private readonly errors: string[] = [];

  constructor({ past }: DriverOptions, decoder: ExecDecoder) {
    this.decoder = decoder;
    this.open = new Open(past);
  }

  start = (): Effect[] => [];
  prompt = (): Effect[] => [];
  answer = (): Effect[] => [];
  configure = (): Effect[] => [];
  recall(event: AgentEvent): void {
    this.open.note(event);
    this.decoder.recall?.(event);
  }

  interrupt = (): Effect[] => [{ type: 'signal', signal: 'SIGINT' }];

  line(stream: 'stdout' | 'stderr', text: string, at: number): Effect[] {
    if (text === '') return [];
    if (stream === 'stdout') return this.noted(timed(this.decoder.line(text, at), at));
    this.errors.push(text);
    if (this.errors.length > KEPT_ERRORS) this.errors.shift();
    const raw: Effect = { type: 'report', report: { type: 'raw', stream, why: 'text', text: cutMiddle(text) } };
    return this.noted([raw, ...timed(this.decoder.error?.(text, at) ?? [], at)]);
  }

  exited(exit: Exit): Effect[] {
    const wasAsked = exit.signal === 'SIGINT' || exit.code === 130;
    const why = [`its process ended (${exitText(exit)})`, ...this.errors].join('\n');
    const outcome = this.ended?.type === 'turnEnded' ? this.ended.outcome : wasAsked ? 'interrupted' : 'failed';
    const reports = this.open.close(outcome === 'failed' ? 'failed' : 'interrupted', why);
    return reports.map((report) => {
      if (report.type !== 'turnEnded') return { type: 'report', report };
      // Without a word about the end of its turn, its exit code is the word.
      const silent: Report =
        exit.code === 0 ? { ...report, outcome: 'completed', message: null } : { ...report, outcome };
      return { type: 'report', report: this.ended ?? silent };
    });
  }

  private noted(effects: Effect[]): Effect[] {
    return effects.filter((effect) => {
      if (effect.type !== 'report') return true;
      if (effect.report.type === 'turnEnded') {
        this.ended = effect.report;
        return false;
      }
      this.open.note(effect.report);
      return true;
    });
  }
}

/** When a limit is lifted stands, if anywhere, in the sentence that tells of it. */
const timed = (effects: Effect[], at: number): Effect[] =>
  effects.map((effect) => {
    if (effect.type !== 'report' || effect.report.type !== 'troubled') return effect;
    const { trouble } = effect.report;
    if (trouble.kind !== 'rateLimit' || trouble.until !== null) return effect;
    return { ...effect, report: { ...effect.report, trouble: { ...trouble, until: liftedBy(trouble.message, at) } } };
  });
