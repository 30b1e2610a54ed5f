import type { WorkflowInfo } from '../../schema/workflow.ts';
import type { WorkflowFile } from '../../storage/workflow-files.ts';
import { messageOf } from '../../util/errors.ts';

/** What a workflow says of itself. */
export type Said = Pick<WorkflowInfo, 'name' | 'description' | 'problem' | 'phases' | 'args'>;

/** Contents that were read, by their hash: a file that is as it was is not read again. */
const known = new Map<string, Said>();
const KNOWN = 500;

/** Reads what a file says of itself, without running anything of it. One that is broken is called by its file's name. */
export async function readWorkflow({ source, fault, stem, form, hash }: WorkflowFile): Promise<Said> {
  if (source === null) return broken(stem, fault ?? 'it cannot be read', null);
  const key = `${form} ${stem} ${hash}`;
  const before = known.get(key);
  if (before) return before;
  const said = await (form === 'script' ? scriptSays(source) : flowSays(source)).catch((error: unknown) =>
    broken(stem, messageOf(error), error as { line?: number; column?: number }),
  );
  known.set(key, said);
  if (known.size > KNOWN) known.delete(known.keys().next().value!);
  return said;
}

const broken = (name: string, message: string, at: { line?: number; column?: number } | null): Said => ({
  name,
  description: '',
  problem: { message, line: at?.line ?? null, column: at?.column ?? null },
  phases: [],
  args: {},
});

// Parsers of two languages: loaded by who has a workflow.
async function scriptSays(source: string): Promise<Said> {
  const { readScript } = await import('../../core/scripts/script.ts');
  const { name, description, phases = [], args = {} } = readScript(source).meta;
  return { name, description, phases, args, problem: null };
}

async function flowSays(source: string): Promise<Said> {
  const { readFlow } = await import('../../core/flows/read.ts');
  const { argsOf } = await import('../../core/flows/input.ts');
  const flow = readFlow(source);
  const titles = new Set(flow.steps.flatMap(({ phase }) => (phase === undefined ? [] : [phase])));
  const phases = [...titles].map((title) => ({ title }));
  return { name: flow.name, description: flow.description, phases, args: argsOf(flow), problem: null };
}
