import type { RunContext } from './context.ts';

/** Carries out the run's workflow, or one that it calls. Rejects with the reason of the context's signal, or with why it failed. */
export async function runForm(context: RunContext): Promise<unknown> {
  if (context.spec.form === 'script') return (await import('./script.ts')).runScriptForm(context);
  return (await import('./flow/run.ts')).runFlow(context);
}
