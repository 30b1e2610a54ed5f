import { v7 as uuidv7 } from 'uuid';
import { checkedArgs } from '../../core/runs/args.ts';
import { NO_STEPS } from '../../core/runs/summary.ts';
import { headCommit } from '../../git/head.ts';
import { commitOf } from '../../git/repository.ts';
import type { Agent } from '../../schema/agent.ts';
import type { RunSpec } from '../../schema/run.ts';
import type { WorkflowInfo } from '../../schema/workflow.ts';
import { writeRunSpec } from '../../storage/runs.ts';
import { BooError } from '../../util/errors.ts';
import { type Inner, newAgent } from '../agents/create.ts';
import type { Context } from '../context.ts';
import { findWorkflow, type Listed } from './catalogue.ts';
import type { Params } from './methods.ts';

/** Characters of a run's name that come from its workflow's. */
const STEM = 30;

/** Starts a run: an agent whose process reads what it is to do from the spec that is on the disk before. */
export async function startRun(
  ctx: Context,
  ask: Params<'run.start'>,
  inner: Pick<Inner, 'subagent'> = {},
): Promise<Agent> {
  const found = await findWorkflow(ctx, ask.workflow);
  checkStartable(found.workflow);
  const spec = await specOf(ctx, found, ask);
  const id = uuidv7();
  writeRunSpec(ctx.root, id, spec);
  const { workflow, form } = spec;
  const { name, parentId, cwd, env } = ask;
  // Only its agents are let do things unasked (call.ts): what the workflow itself asks a person, it asks because one shall answer.
  const wanted = { runtime: 'workflow', worktree: false, cwd, env };
  return newAgent(
    ctx,
    { ...wanted, ...(name !== undefined && { name }), ...(parentId !== undefined && { parentId }) },
    { id, stem: stemOf(spec.workflow), run: { workflow, form, phase: null, outcome: null, steps: NO_STEPS }, ...inner },
  );
}

function checkStartable({ name, file, problem, trusted }: WorkflowInfo): void {
  if (problem) {
    const place = [file ?? name, problem.line, problem.column].filter((part) => part !== null).join(':');
    throw new BooError('conflict', `workflow ${name} cannot be started: ${place}: ${problem.message}`, 'Mend it.');
  }
  if (trusted) return;
  throw new BooError(
    'untrusted',
    `workflow ${name} is the repository's, and ${file} is not trusted as it is now`,
    `Read it (boocode workflow show ${name}), then start it in the cockpit, which asks, or with --trust.`,
  );
}

async function specOf(ctx: Context, { workflow, source }: Listed, ask: Params<'run.start'>): Promise<RunSpec> {
  const { name, form, file } = workflow;
  const checked = await checkedArgs({ form, source }, ask.args);
  if ('faults' in checked) {
    const faults = checked.faults.map((fault) =>
      fault.name === '' ? fault.message : `${fault.name}: ${fault.message}`,
    );
    const known = Object.keys(workflow.args).join(', ') || 'none';
    throw new BooError('usage', `the arguments of ${name} are wrong: ${faults.join('; ')}`, `It takes: ${known}.`);
  }
  const { worktrees, workflows } = ctx.config.get().config;
  return {
    workflow: name,
    form,
    file,
    source,
    args: checked.args,
    fresh: ask.fresh,
    budget: { tokens: ask.tokens, usd: ask.usd },
    runtime: ask.runtime ?? null,
    profile: ask.profile ?? null,
    model: ask.model ?? null,
    unattended: ask.unattended,
    base: ctx.git ? await baseOf(ctx.root, worktrees.base) : null,
    timeoutMs: ask.timeoutMs,
    limits: workflows.limits,
    sandbox: workflows.sandbox,
    startedAt: Date.now(),
  };
}

const baseOf = (root: string, base: string | null | undefined) =>
  base == null ? headCommit(root) : commitOf(root, base);

/** As the beginning of an agent's name: what names may hold, not too long, with a letter or digit at both ends. */
export const stemOf = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, STEM)
    .replace(/^-+|-+$/g, '') || 'run';

/** What a run was started with. Throws `not_found` for what is no run. */
export function specOfRun({ runSpecs }: Pick<Context, 'runSpecs'>, { id, name }: Pick<Agent, 'id' | 'name'>): RunSpec {
  const spec = runSpecs.of(id);
  if (spec) return spec;
  throw new BooError('not_found', `it is not known what ${name} was started with`, 'Start the workflow again.');
}
