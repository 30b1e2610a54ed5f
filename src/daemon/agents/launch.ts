import { join } from 'node:path';
import { isLive } from '../../core/lifecycle.ts';
import type { planLaunch } from '../../runtimes/index.ts';
import { childId, DEFAULT_SIZE } from '../../schema/agent.ts';
import type { ResolvedConfig } from '../../schema/config.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import { projectPaths } from '../../util/paths.ts';
import { typeFirstPrompt } from '../asks/send.ts';
import type { Context } from '../context.ts';
import { HostGone } from '../hosts/link.ts';
import { firstPrompt, isFirstPrompt } from '../sessions/prompts.ts';
import { checkFolder } from './folder.ts';

type Plan = ReturnType<typeof planLaunch>;

/** Starts the agent's process on a host and answers when it runs. The agent is on record as pending or preparing. */
export async function launch(
  ctx: Context,
  id: string,
  plan: Plan,
  config: ResolvedConfig,
  { signal, images }: { signal: AbortSignal; images: readonly string[] },
): Promise<void> {
  await checkFolder(ctx, ctx.store.agent(id));
  queueFirst(ctx, id, plan, images);
  try {
    await spawnOn(ctx, id, plan, config, signal);
  } catch (error) {
    // A host leaves when its last child was collected, and may do so in this very moment: the next one is a new one.
    if (!(error instanceof HostGone)) throw error;
    await spawnOn(ctx, id, plan, config, signal);
  }
  if (plan.typed !== null) void typeFirstPrompt(ctx, id, plan.typed);
}

/** The prompt that a structured agent begins with stands in its queue until it has reacted to it, before those that waited already. */
function queueFirst({ store }: Context, id: string, plan: Plan, images: readonly string[]): void {
  const { epoch, queue = [] } = store.agent(id);
  const waiting = queue.filter((one) => !isFirstPrompt(one));
  const { first } = plan;
  const more = { ...(images.length > 0 && { images: [...images] }), ...(first?.carried && { carried: true }) };
  const prompts = first ? [{ id: firstPrompt(epoch), text: first.text, ...more }, ...waiting] : waiting;
  if (prompts.length > 0 || queue.length > 0) store.record(id, { type: 'queued', prompts });
}

async function spawnOn(
  ctx: Context,
  id: string,
  plan: Plan,
  config: ResolvedConfig,
  signal: AbortSignal,
): Promise<void> {
  const { link, release } = await ctx.hosts.place();
  try {
    signal.throwIfAborted();
    const agent = ctx.store.agent(id);
    const { enabled, maxBytes, keep } = config.recording;
    const path = join(projectPaths(ctx.root).recordings, `${id}.${agent.epoch}.cast`);
    const { pid } = await link.call('spawn', {
      child: childId(agent),
      kind: plan.kind,
      argv: plan.argv,
      cwd: agent.cwd,
      // Some (opencode) go by PWD: that of the command that started it would let them work outside of their worktree. The life is named
      // to what its hooks run.
      env: { ...plan.env, PWD: agent.cwd, BOOCODE_CHILD: childId(agent) },
      memo: ctx.environments.get(id),
      size: agent.size ?? DEFAULT_SIZE,
      historyLines: config.history.lines,
      recording: enabled ? { path, maxBytes, keep } : null,
      stdin: plan.stdin,
      quiet: plan.kind === 'pipe',
      background: config.ui.theme === 'light' ? 'light' : 'dark',
    });
    try {
      markStarted(ctx, id, { pid, host: link.id });
    } catch (error) {
      // What cannot be put on record does not run: nobody could find it again.
      await link.call('stop', { child: childId(agent), graceMs: 0 }).catch(() => {});
      await link.call('collect', { child: childId(agent) }).catch(() => {});
      throw error;
    }
  } finally {
    release();
  }
}

/** Told twice (by the host's report, which comes first, and by its answer), so that an exit never overtakes it. */
export function markStarted(
  { store, watches, sessions }: Context,
  id: string,
  { pid, host, at }: { pid: number; host: string; at?: number },
): void {
  const agent = store.agent(id);
  if (!isLive(agent) || agent.startedAt !== null) return;
  store.record(id, { type: 'started', pid, host, argv: agent.argv }, { at });
  watches.begin(store.agent(id));
  sessions.begin(store.agent(id));
}

/** Says in the record that it could not be started, and gives the same sentence as the error for who asked. */
export function startFailed({ store, log }: Context, id: string, error: unknown): BooError {
  const message = messageOf(error);
  const known = error instanceof BooError ? error : new BooError('failed', message, undefined, { cause: error });
  if (!(error instanceof BooError)) log.error(`${id}: ${error instanceof Error ? error.stack : message}`);
  const agent = store.get().agents[id];
  const stopped = agent?.stopping !== undefined;
  if (agent) store.owe(id, { type: 'startFailed', message });
  return stopped ? new BooError('interrupted', `${agent.name} was stopped before it had started`) : known;
}
