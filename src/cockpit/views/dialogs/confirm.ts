import { isLive } from '../../../core/lifecycle.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { WorkAtRisk } from '../../../schema/daemon.ts';
import { agentList } from '../../selectors/sessions.ts';
import { agentsOf } from '../../selectors/workflows/runs.ts';
import type { ConfirmDialog } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { plural } from '../numbers.ts';
import { clean, cut, line, type Row, wrap } from '../span.ts';
import { stateWords } from '../states.ts';
import { box, type DialogView } from './box.ts';

const WIDTH = 68;
/** Names of files that are shown before the rest is only counted. */
const FILES_SHOWN = 6;

interface Words {
  title: string;
  /** What happens, what is lost, how to get it back: a paragraph each. */
  body: string[];
  yes: string;
}

export function confirmView(dialog: ConfirmDialog, state: Cockpit): DialogView {
  const width = Math.min(WIDTH, state.ui.size.cols - 4);
  const agent = dialog.agent ? (state.data.project?.agents[dialog.agent] ?? null) : null;
  const words = wordsFor(dialog, agent, state);
  const rows: Row[] = words.body.flatMap((text, index): Row[] => [
    ...(index > 0 ? [[]] : []),
    ...wrap(text, width).map((part) => line(part)),
  ]);
  if (dialog.asked) rows.push([], ...riskRows(dialog.risk, dialog.error, width));
  const foot: Row[] = [];
  if (dialog.busy) foot.push([], line('Working…', 'busy'));
  else if (dialog.error) foot.push([], ...wrap(`✖ ${dialog.error}`, width).map((text) => line(text, 'bad')));
  return box({
    size: state.ui.size,
    title: words.title,
    width,
    body: rows,
    top: dialog.top,
    foot,
    buttons: [
      { label: words.yes, key: 'y' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}

function wordsFor({ ask }: ConfirmDialog, agent: Agent | null, state: Cockpit): Words {
  const name = agent ? clean(agent.name) : 'It';
  const process =
    agent && isLive(agent) ? `${name} still runs (${stateWords(agent)}); its process is ended first.` : '';
  switch (ask) {
    case 'stop':
      if (agent && neverRan(agent)) return unmakeWords(name);
      return {
        title: `Stop ${name}?`,
        body: [
          `${process || `${name} has ended.`} What it had only in memory is lost.`,
          'Its worktree and branch stay; r starts it again in the same place.',
        ],
        yes: 'Stop',
      };
    case 'cancel':
      return cancelWords(name, agent, state);
    case 'restart':
      return {
        title: `Restart ${name}?`,
        body: [
          `${process} It starts again in the same place with the same command.`,
          'What it had only in memory is lost; its files stay.',
        ],
        yes: 'Restart',
      };
    case 'archive':
      return {
        title: `Archive ${name}?`,
        body: [
          `${process} Its worktree is removed; its branch and its record stay.`.trim(),
          `R, or boocode restore ${name}, brings it back.`,
        ],
        yes: 'Archive',
      };
    case 'remove':
      return {
        title: `Remove ${name}?`,
        body: [
          `${process} Its worktree is removed and it is no longer listed; its branch goes only if nothing on it would be lost.`.trim(),
          `R, or boocode restore ${name}, brings it back.`,
        ],
        yes: 'Remove',
      };
    case 'stopAll': {
      const live = agentList(state).filter(isLive).length;
      return {
        title: 'Stop everything?',
        body: [
          `${plural(live, 'agent')} will be stopped, and everything they started; then the cockpit leaves.`,
          'Worktrees and branches stay; each agent can be started again.',
        ],
        yes: 'Stop all',
      };
    }
  }
}

/** Of what never ran nothing stays: the daemon takes away what was made for it. */
const neverRan = ({ epoch, status }: Agent) => epoch === 1 && ['pending', 'preparing'].includes(status.state);

const unmakeWords = (name: string): Words => ({
  title: `Stop ${name}?`,
  body: [
    `${name} is still being prepared, and that ends: its worktree is taken away again, and it is no longer listed.`,
    'What setup commands wrote there and git would lose is saved first; R brings it back.',
  ],
  yes: 'Stop',
});

function cancelWords(name: string, run: Agent | null, state: Cockpit): Words {
  const going = run ? agentsOf(state, run.id).filter(isLive).length : 0;
  const others =
    going === 0 ? '' : ` ${plural(going, 'agent')} of it ${going === 1 ? 'is' : 'are'} at work and stopped with it.`;
  return {
    title: `Cancel the run ${name}?`,
    body: [
      `It does no more steps.${others} What they had only in memory is lost.`,
      'Results, worktrees and branches stay; when it is resumed, what is finished is not done again.',
    ],
    yes: 'Cancel it',
  };
}

/** What is saved before the worktree goes. */
function riskRows(risk: WorkAtRisk | null, error: string | null, width: number): Row[] {
  if (!risk) return error ? [] : [line('Looking for work that is not safe elsewhere…', 'dim')];
  const { uncommitted, ignored, unpushed, unmerged } = risk;
  const lost =
    ignored.length > 0 ? [line(cut(`Not saved, as git ignores it: ${clean(ignored.join(', '))}`, width), 'wait')] : [];
  if (uncommitted.length + unpushed + unmerged === 0)
    return [line('✓ All its work is committed and safe elsewhere.', 'good'), ...lost];
  const rows: Row[] = [line('Saved first, under a ref that restore finds:', 'wait')];
  if (uncommitted.length) rows.push(line(`  ${plural(uncommitted.length, 'uncommitted file')}`));
  for (const file of uncommitted.slice(0, FILES_SHOWN)) rows.push(line(cut(`    ${clean(file)}`, width), 'dim'));
  if (uncommitted.length > FILES_SHOWN) rows.push(line(`    and ${uncommitted.length - FILES_SHOWN} more`, 'dim'));
  if (unmerged) rows.push(line(`  ${plural(unmerged, 'commit')} not merged into its base`));
  if (unpushed) rows.push(line(`  ${plural(unpushed, 'commit')} not pushed anywhere`));
  return [...rows, ...lost];
}
