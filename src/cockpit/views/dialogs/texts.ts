import { exitText } from '../../../core/ends.ts';
import type { Agent } from '../../../schema/agent.ts';
import { childId } from '../../../schema/plain.ts';
import type { Dialog, PromptDialog } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { since } from '../numbers.ts';
import { clean, line, type Row, wrap } from '../span.ts';
import { STATES, stateWords } from '../states.ts';
import { box, type DialogView } from './box.ts';
import { fieldLines } from './text.ts';

const WIDTH = 72;
const LABEL = 11;
const PROMPT_ROWS = 10;
const room = (state: Cockpit) => Math.min(WIDTH, state.ui.size.cols - 4);
const agentOf = (state: Cockpit, id: string): Agent | null => state.data.project?.agents[id] ?? null;

export function promptView(dialog: PromptDialog, state: Cockpit): DialogView {
  const width = room(state);
  const name = clean(agentOf(state, dialog.agent)?.name ?? 'an agent that is gone');
  const { rows, x, y } = fieldLines(dialog.text, width);
  const note: Row[] = dialog.error
    ? wrap(`✖ ${dialog.error}`, width).map((text) => line(text, 'bad'))
    : [
        line(
          dialog.busy ? 'Sending; waiting for the agent to react…' : 'Alt-⏎ or Ctrl-j: new line',
          dialog.busy ? 'busy' : 'dim',
        ),
      ];
  const page = Math.max(1, Math.min(PROMPT_ROWS, state.ui.size.rows - 8 - note.length));
  return box({
    size: state.ui.size,
    title: `Message to ${name}`,
    width,
    height: page,
    body: rows,
    top: Math.max(0, y - page + 1),
    cursor: dialog.busy ? null : { x, y, in: 'body' },
    foot: [[], ...note],
    buttons: [
      { label: 'Send', key: 'Enter' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}

export function logView(dialog: Extract<Dialog, { kind: 'log' }>, state: Cockpit, now: number): DialogView {
  const width = room(state);
  const body = state.ui.messages.flatMap(({ level, text, at }): Row[] => {
    const mark = level === 'error' ? '✖' : level === 'warning' ? '!' : '✓';
    const tone = level === 'error' ? 'bad' : level === 'warning' ? 'wait' : 'good';
    return wrap(clean(text), width - 7).map((part, index) =>
      index === 0
        ? [{ text: `${since(now - at).padStart(4)} `, tone: 'dim' }, { text: `${mark} `, tone }, { text: part }]
        : [{ text: `       ${part}` }],
    );
  });
  const shown = body.length ? body : [line('No messages yet.', 'dim')];
  const page = Math.max(1, Math.min(shown.length, state.ui.size.rows - 6));
  const top = Math.max(0, shown.length - page - dialog.back);
  const buttons = [{ label: 'Close', key: 'Escape' }];
  return box({ size: state.ui.size, title: 'Messages', width, height: page, body: shown, top, buttons });
}

/** Everything that is known, with exact values, and why the status is what it is. */
export function infoView(dialog: Extract<Dialog, { kind: 'info' }>, state: Cockpit, now: number): DialogView {
  const width = room(state);
  const agent = agentOf(state, dialog.agent);
  const body = agent ? infoRows(agent, now, width) : [line('It has been removed.', 'dim')];
  const title = agent ? clean(agent.name) : 'Gone';
  const buttons = [{ label: 'Close', key: 'Escape' }];
  return box({ size: state.ui.size, title, width, body, top: dialog.top, buttons });
}

function infoRows(agent: Agent, now: number, width: number): Row[] {
  const { glyph, tone } = STATES[agent.status.state];
  const { source, detail } = agent.status.evidence;
  const facts: [string, string | null][] = [
    ['because', `${detail} (seen by: ${source})`],
    ['since', `${time(agent.status.since)}, ${since(now - agent.status.since)}`],
    ['runtime', agent.profile ? `${agent.runtime}, profile ${agent.profile}` : agent.runtime],
    ['task', agent.task === agent.name ? null : agent.task],
    ['command', agent.argv.join(' ')],
    ['prompt', agent.prompt],
    ['folder', agent.cwd],
    ['branch', agent.branch],
    ['base', agent.base && `${agent.base}${agent.baseCommit ? ` at ${agent.baseCommit.slice(0, 12)}` : ''}`],
    ['worktree', agent.worktree ?? 'none: it works in the checkout itself'],
    ['process', agent.pid === null ? null : `pid ${agent.pid}, child ${childId(agent)}`],
    ['started', agent.startedAt === null ? null : time(agent.startedAt)],
    ['ended', agent.endedAt === null ? null : `${time(agent.endedAt)}${agent.exit ? `, ${exitText(agent.exit)}` : ''}`],
    [
      'tokens',
      agent.tokens && `${agent.tokens.input} in, ${agent.tokens.output} out, ${agent.tokens.cacheRead} from cache`,
    ],
    ['cost', agent.cost && `$${agent.cost.usd.toFixed(4)}, ${agent.cost.provenance}`],
    ['session', agent.sessionId],
    ['title', agent.title || null],
    ['saved', agent.savedRef],
    ['id', agent.id],
  ];
  const rows: Row[] = [
    [
      { text: 'status'.padEnd(LABEL), tone: 'dim' },
      { text: `${glyph} ${stateWords(agent)}`, tone },
    ],
  ];
  for (const [label, value] of facts) {
    if (!value) continue;
    wrap(clean(value), width - LABEL).forEach((part, index) => {
      rows.push([{ text: (index === 0 ? label : '').padEnd(LABEL), tone: 'dim' }, { text: part }]);
    });
  }
  return rows;
}

/** `2026-11-21 14:02:31`, in the time zone of this machine. */
function time(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
