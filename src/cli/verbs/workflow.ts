import { suggest } from '../../core/suggest.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { Verb } from '../verb.ts';

interface Action {
  /** What stands behind it: `NAME` of a workflow, `RUN` (name, id or unique beginning of an id). In brackets: may be left out. */
  word: '' | 'NAME' | 'RUN' | '[RUN]' | 'NAME|RUN';
  options: readonly string[];
  load(): Promise<(context: Context, word: string | undefined) => Promise<number>>;
}

/** What the word behind `boocode workflow` may be. */
const ACTIONS: Readonly<Record<string, Action>> = {
  ls: { word: '', options: [], load: async () => (await import('../workflow/list.ts')).listWorkflows },
  show: { word: 'NAME|RUN', options: ['source'], load: async () => (await import('../workflow/list.ts')).show },
  run: {
    word: 'NAME',
    options: [
      ...['arg', 'input', 'name', 'fresh', 'wait', 'trust', 'budget-tokens', 'budget-usd', 'timeout', 'auto-approve'],
      ...['runtime', 'profile', 'model'],
    ],
    load: async () => (await import('../workflow/start.ts')).startRun,
  },
  status: { word: '[RUN]', options: ['wait'], load: async () => (await import('../workflow/runs.ts')).status },
  cancel: { word: 'RUN', options: [], load: async () => (await import('../workflow/runs.ts')).cancel },
  resume: { word: 'RUN', options: ['wait'], load: async () => (await import('../workflow/runs.ts')).resume },
  log: { word: 'RUN', options: ['follow'], load: async () => (await import('../workflow/log.ts')).log },
  combine: { word: 'RUN', options: ['branch'], load: async () => (await import('../workflow/results.ts')).combine },
  forget: { word: '[RUN]', options: [], load: async () => (await import('../workflow/results.ts')).forget },
  new: { word: 'NAME', options: ['flow', 'home'], load: async () => (await import('../workflow/new.ts')).newWorkflow },
  trust: { word: 'NAME', options: ['yes'], load: async () => (await import('../workflow/trust.ts')).trustWorkflow },
};

export const workflow: Verb = {
  name: 'workflow',
  usage:
    'ls | show NAME|RUN | run NAME [--arg K=V]… [--fresh] [--wait] | status [RUN] | cancel RUN | resume RUN | log RUN [-f] | combine RUN | forget [RUN] | new NAME [--flow] | trust NAME',
  summary: 'list, start, watch, cancel, resume and write workflows: scripts and graphs that run many agents as one',
  details:
    'Workflows are the built-in ones, .boocode/workflows/*.js (scripts) and .boocode/flows/*.yaml or *.json (flows) of the project, and ~/.boocode/workflows/*.js. A project’s own run only after you have trusted exactly this content of them (trust, or run --trust; run asks on a terminal). ' +
    'A run goes on without this command, without the cockpit and without the daemon; finished work is not done again when it is resumed. run --wait follows it and prints its report: exit code 0 when it completed, 1 when it failed or was cancelled, 124 when its time was over, ' +
    '10 as soon as something in it waits for a person (it goes on: answer with boocode approve, follow again with status RUN --wait), 130 after Ctrl-C, which ends the following and not the run. ' +
    'combine brings what the agents of an ended run changed onto one new branch, a commit for each, as far as it fits together; exit code 1 when something was left out. forget drops the results that this run put into the cache or took from it, without a RUN all of them. ' +
    'A name of both a workflow and a run is the workflow to show, the run to all others. With --json run, status RUN, show RUN and resume print {"id", "name", "status", "result", "error", "steps", …}. docs/workflows.md is the guide for those who write them.',
  options: {
    arg: { type: 'string', value: 'K=V', multiple: true, summary: 'with run: an argument (show NAME lists them)' },
    input: {
      type: 'string',
      value: 'JSON|-',
      summary: 'with run: all arguments as one JSON object; - reads it from standard input',
    },
    fresh: { type: 'boolean', summary: 'with run: take nothing from the cache' },
    wait: { type: 'boolean', summary: 'with run, status and resume: follow it until it ends or needs somebody' },
    name: { type: 'string', value: 'NAME', summary: 'with run: what the run is called' },
    runtime: {
      type: 'string',
      short: 'r',
      value: 'R',
      summary: 'with run: what its agents are unless it says so itself',
      completes: 'runtimes',
    },
    profile: { type: 'string', value: 'P', summary: 'with run: the profile of its agents unless it names one' },
    model: { type: 'string', value: 'M', summary: 'with run: the model of its agents unless it names one' },
    'budget-tokens': { type: 'string', value: 'N', summary: 'with run: tokens that it may use' },
    'budget-usd': { type: 'string', value: 'X', summary: 'with run: dollars that it may cost' },
    timeout: { type: 'string', value: 'S', summary: 'with run: seconds that the whole run may take' },
    'auto-approve': { type: 'boolean', summary: 'with run: let its agents do everything unasked' },
    trust: { type: 'boolean', summary: 'with run: trust the project’s workflow as it is now' },
    follow: { type: 'boolean', short: 'f', summary: 'with log: go on with what comes' },
    source: { type: 'boolean', summary: 'with show: the whole file' },
    branch: { type: 'string', value: 'B', summary: 'with combine: what the branch is called' },
    flow: { type: 'boolean', summary: 'with new: a flow (YAML) instead of a script' },
    home: { type: 'boolean', summary: 'with new: for all your projects (below ~/.boocode)' },
    yes: { type: 'boolean', short: 'y', summary: 'with trust: do not ask' },
  },
  words: { min: 1, max: 2, completes: Object.keys(ACTIONS), rest: 'workflows' },
  examples: [
    { line: 'boocode workflow ls', does: 'what can be started' },
    { line: 'boocode workflow run review-code --arg target=main..HEAD --wait', does: 'runs it and prints its report' },
    { line: 'boocode workflow new release-notes', does: 'a script to begin with' },
    { line: 'boocode workflow status review-code-1 --json', does: 'a run with all its steps, for a script' },
  ],
  async run(context) {
    const [name = '', word] = context.words;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name]! : null;
    if (!action) {
      const near = suggest(name, Object.keys(ACTIONS));
      throw wrong(`boocode workflow cannot ${JSON.stringify(name)}`, near && `Did you mean boocode workflow ${near}?`);
    }
    checkUse(context, name, action, word);
    return (await action.load())(context, word);
  },
};

const wrong = (message: string, hint?: string) =>
  new BooError('usage', message, hint || `Usage: boocode workflow ${workflow.usage}`);

/** The word and the options that this action takes, and no others. */
function checkUse(
  { values }: Context,
  name: string,
  { word: wanted, options }: Action,
  word: string | undefined,
): void {
  if (word !== undefined && wanted === '') throw wrong(`boocode workflow ${name} takes nothing more`);
  if (word === undefined && wanted !== '' && !wanted.startsWith('[')) {
    throw wrong(`boocode workflow ${name} needs ${wanted}`, `Usage: boocode workflow ${name} ${wanted}`);
  }
  for (const given of Object.keys(values)) {
    if (!Object.hasOwn(workflow.options, given) || options.includes(given)) continue;
    const takers = Object.entries(ACTIONS).filter(([, action]) => action.options.includes(given));
    throw wrong(
      `boocode workflow ${name} takes no --${given}`,
      `It goes with ${takers.map(([one]) => one).join(', ')}.`,
    );
  }
}
