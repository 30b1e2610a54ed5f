import type { DaemonClient } from '../../client/daemon.ts';
import { plural } from '../../cockpit/views/numbers.ts';
import { clean } from '../../cockpit/views/span.ts';
import { identityIn } from '../../core/identity.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { MergeAsk, MergeOutcome } from '../../schema/collision.ts';
import { BooError } from '../../util/errors.ts';
import { ask } from '../confirm.ts';
import type { Context } from '../context.ts';
import { mergeText } from '../merging.ts';
import { printRemoval } from '../removal.ts';
import type { Verb } from '../verb.ts';

/** How many uncommitted files a question names. */
const NAMED = 5;

export const merge: Verb = {
  name: 'merge',
  usage:
    'AGENT [--squash|--rebase] [--target B] [--uncommitted|--committed] [--no-checks] [--message T] [--now] [--rm]',
  summary: 'merge what an agent did into a branch, after the project’s checks',
  details:
    'It is computed in the object store first: in a conflict, when a check (merge.checks in the config) fails, or when uncommitted files of yours are in the way, everything stays as it was. A branch that is checked out moves with its checkout, another one alone. No hook runs. Exit code 1: a conflict or a failed check.',
  options: {
    squash: { type: 'boolean', summary: 'as one commit' },
    rebase: { type: 'boolean', summary: 'its commits one after the other, without a merge commit' },
    target: {
      type: 'string',
      value: 'B',
      summary: 'branch to merge into (default: the one that is checked out in the project)',
    },
    uncommitted: { type: 'boolean', summary: 'its uncommitted work too, as a commit of its own' },
    committed: { type: 'boolean', summary: 'only what it has committed' },
    'no-checks': { type: 'boolean', summary: 'do not run the project’s checks' },
    message: { type: 'string', short: 'm', value: 'T', summary: 'message of the merge or the squashed commit' },
    now: { type: 'boolean', summary: 'take uncommitted work even in the middle of a turn' },
    rm: { type: 'boolean', summary: 'remove the agent once it is merged' },
  },
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [
    { line: 'boocode merge auth-fix', does: 'a merge commit on the branch that is checked out' },
    { line: 'boocode merge auth-fix --squash --target main --uncommitted', does: 'all of it as one commit on main' },
  ],
  async run(context) {
    const wish = wishOf(context);
    const daemon = await context.daemon();
    const { agent } = await daemon.call('agent.get', { agent: wish.agent });
    const uncommitted = await wantsUncommitted(context, daemon, agent);
    const { merge: outcome } = await daemon.call('merge', { ...wish, uncommitted });
    context.print({ agent: agent.name, ...outcome }, () => mergeText(agent.name, outcome, context.paint));
    if (outcome.outcome === 'conflict' || outcome.outcome === 'checks_failed') {
      await offerToTell(context, daemon, agent, outcome);
      return 1;
    }
    await settleFate(context, daemon, agent, outcome);
    return 0;
  },
};

/** Throws `usage` before any daemon is started. */
function wishOf(context: Context): Omit<MergeAsk, 'uncommitted'> {
  const both = (a: string, b: string) => {
    if (!context.flag(a) || !context.flag(b)) return;
    throw new BooError('usage', `--${a} and --${b} exclude each other`, 'Leave one of them out.');
  };
  both('squash', 'rebase');
  both('uncommitted', 'committed');
  const how = context.flag('squash') ? 'squash' : context.flag('rebase') ? 'rebase' : 'merge';
  const message = context.option('message') ?? null;
  if (how === 'rebase' && message !== null) {
    throw new BooError('usage', '--rebase keeps the messages there are', 'Leave --message out, or use --squash.');
  }
  const target = context.option('target') ?? null;
  return {
    agent: context.words[0]!,
    how,
    target,
    message,
    checks: !context.flag('no-checks'),
    now: context.flag('now'),
    identity: identityIn(context.env),
  };
}

/** Uncommitted work is never taken, nor left behind, without somebody having said so. */
async function wantsUncommitted(context: Context, daemon: DaemonClient, agent: Agent): Promise<boolean> {
  if (context.flag('uncommitted') || context.flag('committed')) return context.flag('uncommitted');
  const { uncommitted } = await daemon.call('agent.risk', { agent: agent.id });
  if (uncommitted.length === 0) return false;
  const names = `${uncommitted.slice(0, NAMED).map(clean).join(', ')}${uncommitted.length > NAMED ? ', …' : ''}`;
  const what = `${agent.name} has ${plural(uncommitted.length, 'uncommitted file')} (${names})`;
  if (context.interactive) {
    const answer = await ask(context, `${what}. Merge that too, as a commit of its own?`);
    if (answer === null) throw new BooError('interrupted', 'nothing was done');
    return answer;
  }
  throw new BooError('usage', what, '--uncommitted merges that too, --committed only what is committed.');
}

/** Asks whether the agent is to be told what stands against its work; one that has ended cannot be. */
async function offerToTell(context: Context, daemon: DaemonClient, agent: Agent, outcome: MergeOutcome): Promise<void> {
  if (!context.interactive || !isLive(agent)) return;
  if (!(await ask(context, `Send that to ${agent.name}, to be resolved?`))) return;
  const { conflictText } = await import('../../cockpit/control/review/merge.ts');
  const { receipt } = await daemon.call('agent.send', {
    agent: agent.id,
    text: conflictText(outcome),
    env: context.env,
  });
  context.note(`${agent.name}: ${receipt}.`);
}

async function settleFate(
  context: Context,
  daemon: DaemonClient,
  agent: Agent,
  { outcome }: MergeOutcome,
): Promise<void> {
  const wanted =
    context.flag('rm') ||
    (outcome === 'merged' && context.interactive && (await ask(context, `Remove ${agent.name} and its worktree now?`)));
  if (!wanted) return;
  const removed = await daemon.call('agent.rm', { agent: agent.id });
  if (!context.json) printRemoval(context, 'removed', removed);
}
