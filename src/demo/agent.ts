import type { Scenario, Step } from '../schema/scenario.ts';
import { answer } from './builtin.ts';
import type { Key } from './input.ts';
import { printable, type Screen } from './screen.ts';
import { play, type Stage } from './steps.ts';

/** Within this time a second ctrl-c leaves, in milliseconds. */
const TWICE_MS = 2000;

/** What both demos say of a session that goes on. */
export const remember = (prompts: number): string => `I remember ${prompts} ${prompts === 1 ? 'prompt' : 'prompts'}.`;

interface Setting {
  screen: Screen;
  cwd: string;
  /** Played first. */
  scenario: Scenario | null;
  /** What else it knows to do at prompts. */
  prompts: NonNullable<Scenario['prompts']>;
  leave: Stage['leave'];
  /** How many prompts its session had before; null: it has none. */
  remembered: number | null;
  onPrompt(prompt: string): void;
  /** A clock in milliseconds. */
  now(): number;
}

const bold = (text: string) => `\x1b[1m${text}\x1b[0m`;
const quote = (prompt: string) => bold(`› ${prompt.split('\n').map(printable).join('\n  ')}`);

/** The agent behind the screen: prompts become turns, one after another; keys edit the input, answer, interrupt or leave. */
export class DemoAgent {
  readonly #set: Setting;
  readonly #name: string;
  #queue: string[] = [];
  #onAnswer: ((yes: boolean) => void) | null = null;
  #onPrompt: ((prompt: string) => void) | null = null;
  #turn: AbortController | null = null;
  #interruptedAt = Number.NEGATIVE_INFINITY;

  constructor(setting: Setting) {
    this.#set = setting;
    this.#name = setting.scenario?.name ?? 'demo';
  }

  /** Plays the scenario, else the answer to the prompt; then it is ready for prompts. */
  begin(prompt: string | null): void {
    const { screen, scenario, remembered } = this.#set;
    const name = scenario?.name ? ` · ${printable(scenario.name)}` : '';
    screen.print(`${bold('demo agent')} — scripted, no model${name}`);
    if (remembered !== null) screen.print(remember(remembered));
    if (prompt !== null) screen.print(quote(prompt));
    else if (!scenario) screen.print('Type help to see what it can do.');
    this.#start(scenario?.steps ?? (prompt === null ? [] : this.#stepsFor(prompt)));
  }

  press(key: Key): void {
    const { screen, leave } = this.#set;
    const { input } = screen.block;
    if (key.key === 'text') this.#type(key.text);
    else if (key.key === 'newline') this.#type('\n');
    else if (key.key === 'interrupt') this.#interrupt();
    else if (key.key === 'enter') this.#submit();
    else if (key.key === 'backspace') screen.show({ input: [...input].slice(0, -1).join('') });
    else if (key.key === 'word') screen.show({ input: input.replace(/\S*\s*$/, '') });
    else if (key.key === 'clear') screen.show({ input: '' });
    else if (input === '' && !this.#turn) void leave({ code: 0 });
  }

  /** While it asks, only what begins with y or n means anything. */
  #type(text: string): void {
    const { screen } = this.#set;
    const decide = this.#onAnswer;
    if (!decide) {
      screen.show({ input: screen.block.input + text });
    } else if (/^\s*[yn]/i.test(text)) {
      this.#onAnswer = null;
      decide(/^\s*y/i.test(text));
    }
  }

  #submit(): void {
    const { screen } = this.#set;
    const prompt = screen.block.input;
    if (this.#onAnswer) return;
    screen.show({ input: '' });
    if (prompt.trim() === '') return;
    screen.print(quote(prompt));
    if (this.#onPrompt) {
      const resume = this.#onPrompt;
      this.#onPrompt = null;
      resume(prompt);
    } else if (this.#turn) this.#queue.push(prompt);
    else this.#start(this.#stepsFor(prompt));
  }

  #interrupt(): void {
    const { screen, leave, now } = this.#set;
    if (this.#turn) {
      this.#turn.abort(new Error('interrupted'));
    } else if (screen.block.input !== '') {
      screen.show({ input: '' });
    } else if (now() - this.#interruptedAt < TWICE_MS) {
      void leave({ code: 0 });
    } else {
      this.#interruptedAt = now();
      screen.show({ note: 'ctrl-c again leaves' });
    }
  }

  #start(steps: Step[]): void {
    this.#work(steps).catch((error: unknown) => {
      this.#set.screen.print(`✖ ${printable(String(error))}`);
      void this.#set.leave({ code: 70 });
    });
  }

  async #work(steps: Step[]): Promise<void> {
    for (let next: Step[] | null = steps; next; ) {
      const turn = new AbortController();
      this.#turn = turn;
      this.#mood('working');
      try {
        await play(next, this.#stage(turn.signal));
      } catch (error) {
        if (!turn.signal.aborted) throw error;
        this.#set.screen.print('■ interrupted');
      }
      this.#turn = null;
      this.#onAnswer = null;
      this.#onPrompt = null;
      const prompt = this.#queue.shift();
      next = prompt === undefined ? null : this.#stepsFor(prompt);
    }
    this.#mood('ready');
  }

  #stepsFor(prompt: string): Step[] {
    const { prompts, cwd, onPrompt } = this.#set;
    onPrompt(prompt);
    return prompts.find(({ match }) => new RegExp(match).test(prompt))?.steps ?? answer(prompt, cwd);
  }

  #mood(mood: Screen['block']['mood'], note = ''): void {
    const { screen } = this.#set;
    screen.title(`${mood === 'working' ? '◐' : mood === 'ready' ? '○' : '◆'} ${this.#name} (demo)`);
    screen.progress(mood === 'working' ? 'busy' : null);
    screen.show({ mood, note });
  }

  #stage(signal: AbortSignal): Stage {
    const { screen, cwd, leave } = this.#set;
    return {
      screen,
      cwd,
      signal,
      leave,
      ask: async (question) => {
        const shown = `? ${printable(question)} (y/n)`;
        this.#mood('asks', shown);
        screen.bell();
        const yes = await this.#person<boolean>(signal, (resolve) => {
          this.#onAnswer = resolve;
        });
        screen.print(`${shown} ${yes ? 'yes' : 'no'}`);
        return yes;
      },
      wait: (what) => {
        const next = this.#queue.shift();
        if (next !== undefined) return Promise.resolve(next);
        this.#mood('waits', `… ${printable(what)}`);
        return this.#person<string>(signal, (resolve) => {
          this.#onPrompt = resolve;
        });
      },
    };
  }

  /** What a person does resolves it, and it is back at work; an interrupt of the turn rejects it. */
  #person<T>(signal: AbortSignal, take: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      take((value) => {
        signal.removeEventListener('abort', stop);
        this.#mood('working');
        resolve(value);
      });
    });
  }
}
