import { setTimeout as delay } from 'node:timers/promises';
import { chooseCommand } from '../../core/autofix/command.ts';
import { scrubEnv } from '../../runtimes/env.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Check } from '../../schema/check.ts';
import type { Activity } from '../../schema/event.ts';
import { processStart } from '../../util/process.ts';
import type { Context } from '../context.ts';
import { editedOf, foldersOf, treeOf, UNCHANGED } from './ground.ts';
import { runCheck } from './run.ts';

const ROUNDS = 3;
const TIMEOUT_S = 60;
/** What a killed daemon left running is gone within this time after its SIGKILL, in milliseconds. */
const LEFT_MS = 5000;

/** npm, pnpm and yarn say nothing of themselves. */
const QUIET = { npm_config_update_notifier: 'false', npm_config_fund: 'false', NO_UPDATE_NOTIFIER: '1' };

export type Unstamped<T extends Activity['type']> = Omit<Extract<Activity, { type: T }>, 'at' | 'epoch'>;
/** What a check came to, beside which one it was. */
export type Result = Pick<Unstamped<'checkEnded'>, 'outcome'> &
  Partial<Pick<Unstamped<'checkEnded'>, 'command' | 'code' | 'output' | 'durationMs' | 'reason' | 'tree'>>;

const profileOf = ({ config }: Context, { profile }: Agent) => {
  const { profiles } = config.get().config;
  return profile !== null && Object.hasOwn(profiles, profile) ? profiles[profile] : undefined;
};

/** How often errors are given back, and how long a check may take: as configured (and trusted) now. */
export function boundsOf(ctx: Context, agent: Agent): { rounds: number; timeoutMs: number } {
  const { rounds = ROUNDS, timeoutSec = TIMEOUT_S } = profileOf(ctx, agent)?.autofix ?? {};
  return { rounds, timeoutMs: timeoutSec * 1000 };
}

interface Making {
  check: Check;
  /** Ends it with its whole process group. */
  signal: AbortSignal;
  /** Its command has just been started. */
  onBegin(fact: Unstamped<'checkBegan'>): void;
}

/** Finds out whether an agent's work is to be checked, and checks it. Null: it was ended by `signal`. */
export async function makeCheck(ctx: Context, id: string, { check, signal, onBegin }: Making): Promise<Result | null> {
  const agent = ctx.store.agent(id);
  if (check.process) await leftOver(check.process);
  const settings = profileOf(ctx, agent);
  if (!settings?.autofix)
    return { outcome: 'unable', reason: 'its profile has no autofix any more, or is not trusted' };
  const { reported, acted, tree } = editedOf(ctx, agent);
  const now = acted && !reported ? await treeOf(ctx, agent) : tree;
  const isEdited = reported || (acted && now !== null && now !== (tree ?? UNCHANGED));
  if (!isEdited) return { outcome: 'none', tree: now };
  const chosen = chooseCommand({ configured: settings.autofix.command, folders: await foldersOf(ctx, agent) });
  if ('why' in chosen) return { outcome: 'unable', reason: chosen.why, tree: now };
  if (signal.aborted) return null;
  const { rounds, timeoutMs } = boundsOf(ctx, agent);
  const { turn, round } = check;
  const { command, folder } = chosen;
  const env = scrubEnv(ctx.environments.get(id) ?? process.env, { ...QUIET, ...settings.env }, { headless: true });
  const onStart = (pid: number) => {
    const start = processStart(pid);
    const process = start === null ? undefined : { pid, start };
    onBegin({ type: 'checkBegan', turn, round, rounds, command, folder, process });
  };
  const ran = await runCheck({ chosen, env, timeoutMs, signal, onStart });
  // What the command itself wrote is no edit of the agent.
  return ran && { ...ran, command, tree: await treeOf(ctx, agent) };
}

/** Waits until what a killed daemon had started is gone. */
async function leftOver({ pid, start }: NonNullable<Check['process']>): Promise<void> {
  for (const end = Date.now() + LEFT_MS; processStart(pid) === start && Date.now() < end; ) await delay(20);
}
