import { checkedArgs } from '../core/runs/args.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { PlacedError } from '../util/placed.ts';
import type { RunContext } from './context.ts';
import { runForm } from './form.ts';
import { Slots } from './slots.ts';
import type { Step } from './step.ts';

/** Called workflows that run at once: each has a thread and memory of its own. */
const AT_ONCE = 4;
const slots = new WeakMap<object, Slots>();

/** Carries out a workflow that a script calls, one level deep: its calls count in the same run. Rejects with why it failed. */
export async function runNested(
  context: RunContext,
  { id, name, args }: { id: string; name: string; args: unknown },
  step: Step,
): Promise<unknown> {
  const { path, spec, signal } = context;
  if (path !== '')
    throw new BooError(
      'usage',
      `workflow: ${spec.workflow} was called by a workflow itself, and may call none (${name})`,
    );
  const room = slots.get(context.calls) ?? new Slots(AT_ONCE);
  slots.set(context.calls, room);
  if (!room.free) step.pending(true);
  const leave = await room.enter(signal);
  try {
    step.running(null);
    const result = await runForm({ ...context, spec: await specOf(context, name, args), path: `${id}/`, parent: id });
    step.completed(result);
    return result;
  } catch (error) {
    signal.throwIfAborted();
    const place = error instanceof PlacedError && error.place !== null ? `${error.place}: ` : '';
    const why = new BooError('usage', `workflow ${name}: ${place}${messageOf(error)}`);
    step.failed(why);
    throw why;
  } finally {
    leave();
  }
}

/** The run's own spec with another workflow in it. */
async function specOf({ client, spec }: RunContext, name: string, args: unknown): Promise<RunContext['spec']> {
  const { workflow, source } = await client.call('workflow.get', { name });
  const { form, file, problem, trusted } = workflow;
  if (problem) throw new BooError('usage', problem.message);
  if (!trusted) {
    const how = `read it, then boocode workflow trust ${name}`;
    throw new BooError('untrusted', `the project’s workflow ${name} is not trusted yet: ${how}`);
  }
  if (typeof args !== 'object' || args === null || Array.isArray(args))
    throw new BooError('usage', 'its arguments must be an object');
  const checked = await checkedArgs({ form, source }, args as Record<string, unknown>);
  if ('args' in checked) return { ...spec, workflow: workflow.name, form, file, source, args: checked.args };
  const why = checked.faults.map((fault) => (fault.name === '' ? fault.message : `${fault.name}: ${fault.message}`));
  throw new BooError('usage', `its arguments are wrong: ${why.join('; ')}`);
}
