import { basename } from 'node:path';
import { inputOf } from '../../core/flows/input.ts';
import { FlowError, readFlow } from '../../core/flows/read.ts';
import type { Flow } from '../../schema/flow.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import { PlacedError } from '../../util/placed.ts';
import type { RunContext } from '../context.ts';
import { keyOf } from '../stable.ts';
import { withinTime } from '../within-time.ts';
import { FlowRun } from './flow-run.ts';
import { writeOutput } from './output-file.ts';

/**
 * Carries out a flow, or one that a script calls, and gives its result: of its own expression, else of the steps that nothing hangs on, by
 * their ids. Rejects with the reason of the context's signal, or with why it failed; then everything it had begun has ended.
 */
export async function runFlow(context: RunContext): Promise<unknown> {
  const { spec, telling, path, agent } = context;
  const flow = read(spec.source, spec.file === null ? `${spec.workflow}.yaml` : basename(spec.file));
  const { input, faults } = inputOf(flow, spec.args);
  if (input === null) {
    throw new BooError('usage', faults.map(({ name, message }) => `${name || 'the input'}: ${message}`).join('; '));
  }
  if (path === '') telling.began(spec.workflow, 'flow', phasesOf(flow));
  const limit = withinTime(context.signal, flow.timeout, path === '' ? context.past?.worked : 0);
  const run = new FlowRun({ ...context, signal: limit.signal }, flow, input);
  try {
    await run.carryOut();
    const { result, outputFile } = run.outcome();
    if (outputFile !== null) {
      await writeOutput(projectOf(), keyOf({ agent, path }).slice(0, 16), outputFile, result);
      telling.note('log', `its result stands in ${outputFile}`);
    }
    return result;
  } finally {
    limit.clear();
  }
}

function read(source: string, file: string): Flow {
  try {
    return readFlow(source);
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    throw new PlacedError('usage', messageOf(error), `${file}:${error.line}:${error.column}`);
  }
}

const phasesOf = ({ steps }: Flow) =>
  [...new Set(steps.flatMap(({ phase }) => phase ?? []))].map((title) => ({ title }));

/** The folder of the project that this process was started for. */
function projectOf(): string {
  const { BOOCODE_PROJECT } = process.env;
  if (!BOOCODE_PROJECT) throw new Error('BOOCODE_PROJECT is not set');
  return BOOCODE_PROJECT;
}
