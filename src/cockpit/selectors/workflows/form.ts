import { firstDriver } from '../../../core/runs/driver.ts';
import { isStructured } from '../../../core/structured.ts';
import type { WorkflowInfo } from '../../../schema/workflow.ts';
import { field } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { START_OPTIONS, type StartDialog } from '../../store/workflows.ts';
import { choicesOf } from '../choices.ts';

type ScriptArg = WorkflowInfo['args'][string];

/** How a field is written: any text, or one of these by turning through them. */
export interface FormField {
  name: string;
  label: string;
  hint: string;
  required: boolean;
  /** Null: any text. The first is what stands there at first. */
  choices: readonly string[] | null;
}

/** Nothing is chosen: what is configured counts. */
const AS_CONFIGURED = '';

/** What stands in a field of every run at first, where that is not nothing. */
const FIRST: Partial<Record<string, string>> = { '/asks': 'you', '/fresh': 'no' };

/** Who carries out what the workflow leaves open, where the config says nothing of it: as a choice. */
function driverOf({ data }: Pick<Cockpit, 'data'>): string {
  const first = firstDriver(data.runtimes ?? [], data.config?.profiles);
  return first ? `runtime:${first.used!.headless}` : AS_CONFIGURED;
}

/** The form with what each argument is when nobody says otherwise. */
export const startDialog = (workflow: WorkflowInfo, state: Pick<Cockpit, 'data'>): StartDialog => ({
  ...{ kind: 'startRun', workflow, busy: false, error: null },
  at: Object.keys(workflow.args)[0] ?? START_OPTIONS[0],
  fields: Object.fromEntries([
    ...Object.entries(workflow.args).map(([name, arg]) => [
      name,
      field(String(arg.default ?? (arg.type === 'boolean' ? false : ''))),
    ]),
    ...START_OPTIONS.map((name) => [name, field(name === '/runs' ? driverOf(state) : (FIRST[name] ?? ''))]),
  ]),
});

/** A call wants an answer: only who is driven over a protocol gives one. Runs and commands of steps are started by runs alone. */
const carriesCalls = ({ runtime }: { runtime: string }): boolean =>
  isStructured({ runtime }) && runtime !== 'workflow' && runtime !== 'command-exec';

/** The fields of the form in order: its arguments, then what every run can be given. */
export function formFields({ workflow }: Pick<StartDialog, 'workflow'>, state: Pick<Cockpit, 'data'>): FormField[] {
  const runs = choicesOf(state as Cockpit).filter((one) => one.found && carriesCalls(one));
  const common = { required: false, choices: null };
  return [
    ...Object.entries(workflow.args).map(([name, arg]) => fieldOf(name, arg)),
    { ...common, name: '/name', label: 'Name', hint: 'optional: chosen for you' },
    {
      ...{ name: '/runs', label: 'Runs with', hint: 'who does what the workflow leaves open', required: false },
      choices: [...(driverOf(state) === AS_CONFIGURED ? [AS_CONFIGURED] : []), ...runs.map(({ id }) => id)],
    },
    {
      ...{
        name: '/asks',
        label: 'Questions',
        hint: 'who answers them: you, or nobody, and everything is allowed',
        required: false,
      },
      choices: ['you', 'nobody'],
    },
    { ...common, name: '/usd', label: 'Budget $', hint: 'optional: it ends when so many dollars are spent' },
    { ...common, name: '/fresh', label: 'Fresh', hint: 'takes nothing from the cache', choices: ['no', 'yes'] },
  ];
}

function fieldOf(name: string, { type, description, required = false, choices }: ScriptArg): FormField {
  const offered = type === 'boolean' ? ['false', 'true'] : (choices ?? null);
  return {
    ...{ name, label: name, required },
    hint: description ?? (required ? `${type}, needed` : `${type}, optional`),
    choices: offered && !required && type !== 'boolean' ? [AS_CONFIGURED, ...offered] : offered,
  };
}

/** What is wrong with what was written, and where; null: nothing. */
export function formProblem({ workflow, fields }: StartDialog): { at: string; error: string } | null {
  for (const [name, arg] of Object.entries(workflow.args)) {
    const text = fields[name]!.text.trim();
    if (text === '' && arg.required) return { at: name, error: `${name} is needed.` };
    if (text !== '' && arg.type === 'number' && !Number.isFinite(Number(text)))
      return { at: name, error: `${name} is a number; "${text}" is none.` };
  }
  const usd = fields['/usd']!.text.trim();
  if (usd !== '' && !(Number(usd) > 0)) return { at: '/usd', error: 'The budget is a number of dollars above 0.' };
  return null;
}

/** What `run.start` is asked. */
export function argsOf({ workflow, fields }: StartDialog) {
  const text = (name: string) => fields[name]!.text.trim();
  const args = Object.entries(workflow.args).flatMap(([name, arg]) => {
    const value = argOf(arg, fields[name]!.text);
    return value === undefined ? [] : [[name, value] as const];
  });
  const [kind, ...chosen] = text('/runs').split(':');
  return {
    workflow: workflow.name,
    args: Object.fromEntries(args),
    ...(text('/name') && { name: text('/name') }),
    ...(text('/usd') && { usd: Number(text('/usd')) }),
    ...(kind && { [kind]: chosen.join(':') }),
    unattended: text('/asks') === 'nobody' ? ('auto' as const) : ('ask' as const),
    fresh: text('/fresh') === 'yes',
  };
}

/** Undefined: nothing was written. Texts are taken as they are. */
function argOf({ type }: ScriptArg, text: string): string | number | boolean | undefined {
  if (text.trim() === '') return undefined;
  if (type === 'number') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}
