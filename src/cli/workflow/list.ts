import { cut } from '../../cockpit/views/span.ts';
import { inert } from '../../core/transcript.ts';
import type { Agent } from '../../schema/agent.ts';
import type { WorkflowInfo } from '../../schema/workflow.ts';
import { BooError } from '../../util/errors.ts';
import { seen } from '../approval-text.ts';
import type { Context } from '../context.ts';
import { type Cell, type Paint, table, wrap } from '../print.ts';
import { allRuns, findRun } from './find.ts';
import { type RunStatus, statusOf, waitsForPerson } from './json.ts';
import { printRun } from './runs.ts';
import { statusCell } from './text.ts';

const FROM = { builtin: 'built in', project: 'project', home: 'yours' } as const;
const dim = (text: string): Cell => ({ text, style: 'dim' });

export async function listWorkflows(context: Context): Promise<number> {
  const client = await context.daemon();
  const { workflows } = await client.call('workflow.list', {});
  context.print({ workflows }, () =>
    workflows.length > 0
      ? listText(workflows, context.io.stdout.columns ?? Number.POSITIVE_INFINITY, context.paint)
      : 'There are no workflows. boocode workflow new NAME writes one to begin with.',
  );
  return 0;
}

function listText(workflows: readonly WorkflowInfo[], width: number, paint: Paint): string {
  const rows = workflows.map((one): Cell[] => [
    { text: one.name, style: 'bold' },
    one.form,
    FROM[one.from],
    stateOf(one),
    dim(inert(one.description)),
  ]);
  const all = [['NAME', 'FORM', 'FROM', 'STATE', 'WHAT IT DOES'].map(dim), ...rows];
  const last = Math.max(20, width - widthBefore(all));
  const fitted = all.map(([...cells]) => [...cells.slice(0, -1), dim(cut(textOf(cells.at(-1)!), last))]);
  return [table(fitted, paint), ...workflows.flatMap(notesOf)].join('\n');
}

const textOf = (cell: Cell) => (typeof cell === 'string' ? cell : cell.text);
/** Columns of all but the last column, with the spaces between them. */
const widthBefore = (rows: Cell[][]) =>
  [0, 1, 2, 3].reduce((sum, x) => sum + Math.max(...rows.map((row) => textOf(row[x]!).length)) + 2, 0);

function stateOf({ problem, trusted }: WorkflowInfo): Cell {
  if (problem) return { text: 'broken', style: 'red' };
  return trusted ? { text: 'ready', style: 'green' } : { text: 'not trusted', style: 'yellow' };
}

/** Where a problem is, as editors and terminals open it: `file:line:column`. */
const placeOf = ({ file, name, problem }: WorkflowInfo) =>
  [seen(file ?? name), problem?.line, problem?.column].filter((part) => part !== null && part !== undefined).join(':');

/** What a person must know of it besides. */
const notesOf = (one: WorkflowInfo): string[] => [
  ...(one.problem ? [`${placeOf(one)}: ${inert(one.problem.message)}`] : []),
  ...one.shadows.map((file) => `${seen(file)} is not used: ${one.name} is also ${HIDES[one.from]}, which wins.`),
];
const HIDES = {
  builtin: 'a built-in workflow',
  project: 'a workflow of the project',
  home: 'one of your own',
} as const;

/** A workflow and what it takes; what is no workflow's name is a run: the first run of a workflow is called as that. */
export async function show(context: Context, word = ''): Promise<number> {
  const client = await context.daemon();
  const { workflows } = await client.call('workflow.list', {});
  const found = workflows.find(({ name }) => name === word);
  if (!found) {
    const run = await findRun(client, word, workflows);
    if (context.flag('source')) throw new BooError('usage', `${word} is a run, no workflow`, 'Leave --source out.');
    return printRun(context, client, run);
  }
  if (!context.flag('source')) {
    const all = await allRuns(client);
    if (all.some(({ name }) => name === word))
      context.note(`A run is called ${word}, too: boocode workflow status ${word} shows it.`);
    const runs = all.filter((agent) => agent.run?.workflow === word);
    const width = context.io.stdout.columns ?? Number.POSITIVE_INFINITY;
    context.print({ ...found, runs: runs.map(runId) }, () => describe(found, runs, width, context.paint));
    return 0;
  }
  const { source } = await client.call('workflow.get', { name: word });
  // On a terminal whoever reads it before trusting it sees all that is in it, also what hides or turns around.
  context.print({ ...found, source }, () => (context.io.stdout.isTTY ? seen(source) : source).replace(/\n$/, ''));
  return 0;
}

const statusIn = (agent: Agent): RunStatus =>
  statusOf({ agent, outcome: agent.run?.outcome ?? null, waits: waitsForPerson([agent]) });
const runId = (agent: Agent) => ({ id: agent.id, name: agent.name, status: statusIn(agent) });

const KINDS = { string: 'text', number: 'number', boolean: 'true or false' } as const;
/** Runs that are listed with their workflow. */
const RUNS = 5;

/** The last cell folded at the width, so that nothing of it is lost. */
function folded(rows: Cell[][], width: number): Cell[][] {
  const before = Math.max(
    0,
    ...rows.map((row) => row.slice(0, -1).reduce((sum, cell) => sum + textOf(cell).length + 2, 2)),
  );
  return rows.flatMap((row) => {
    const [first = '', ...rest] = wrap(textOf(row.at(-1)!), Math.max(20, width - before - 4)).split('\n');
    const blank = row.slice(0, -1).map((): Cell => '');
    return [[...row.slice(0, -1), first], ...rest.map((line): Cell[] => [...blank, line])];
  });
}

function describe(one: WorkflowInfo, runs: readonly Agent[], width: number, paint: Paint): string {
  const args = Object.entries(one.args).map(([name, arg]): Cell[] => {
    const kind = arg.choices ? arg.choices.join(' | ') : KINDS[arg.type];
    const preset = arg.default === undefined || arg.default === '' ? '' : ` (default: ${arg.default})`;
    return [name, dim(kind), inert(`${arg.description ?? ''}${arg.required ? ' (required)' : preset}`)];
  });
  const phases = one.phases.map(({ title, detail }): Cell[] => [inert(title), inert(detail ?? '')]);
  const newest = runs.slice(0, RUNS).map((run): Cell[] => [run.name, statusCell(statusIn(run))]);
  const part = (title: string, rows: Cell[][]) => (rows.length > 0 ? ['', title, table(rows, paint, '  ')] : []);
  const wanted = Object.entries(one.args).filter(([, arg]) => arg.required);
  return [
    `${paint('bold', one.name)}  ${one.form}, ${FROM[one.from]}${one.file ? `, ${seen(one.file)}` : ''}`,
    wrap(inert(one.description), width),
    ...part('Arguments:', folded(args, width)),
    ...part('Phases:', folded(phases, width)),
    ...part('Runs:', newest),
    '',
    ...notesOf(one),
    one.trusted
      ? `Start it:  boocode workflow run ${[one.name, ...wanted.map(([name]) => `--arg ${name}=…`)].join(' ')}`
      : `It is the project’s and you have not trusted it as it is now. Read it (boocode workflow show ${one.name} --source), then boocode workflow trust ${one.name}.`,
  ].join('\n');
}
