import type { WorkflowForm } from '../../schema/run.ts';
import type { InputFault } from '../flows/input.ts';

/** Arguments as the workflow takes them, or what is wrong with them, one sentence each. */
export async function checkedArgs(
  { form, source }: { form: WorkflowForm; source: string },
  given: Readonly<Record<string, unknown>>,
): Promise<{ args: Record<string, unknown> } | { faults: InputFault[] }> {
  if (form === 'script') {
    const { readScript } = await import('../scripts/script.ts');
    const { argsFor } = await import('../scripts/args.ts');
    const { args, faults } = argsFor(readScript(source).meta, given);
    return args ? { args } : { faults };
  }
  const { readFlow } = await import('../flows/read.ts');
  const { inputOf } = await import('../flows/input.ts');
  const { input, faults } = inputOf(readFlow(source), given);
  return input ? { args: input } : { faults };
}
