import type { Agent } from '../../../schema/agent.ts';
import type { Approval } from '../../../schema/approval.ts';
import type { Collision } from '../../../schema/collision.ts';
import { type Chosen, requestOf } from '../../selectors/inbox/entries.ts';
import type { Cockpit } from '../../store/model.ts';
import { plural } from '../numbers.ts';
import { reveal } from '../review/code.ts';
import { SEVERITIES } from '../review/marks.ts';
import { clean, line, type Row, wrap } from '../span.ts';
import { argumentRows } from './arguments.ts';
import { diffParts } from './diff.ts';
import { exactRows, LAID_OUT } from './fold.ts';
import { type Part, rowsPart } from './parts.ts';
import { questionRows } from './questions.ts';

/** Paths that are listed; the arguments have all of them. */
const PATHS = 200;

const words = (text: string, width: number, tone?: Parameters<typeof line>[1]): Row[] =>
  wrap(text, Math.max(10, width)).map((part) => line(part, tone));

const title = (text: string): Row => line(text, 'dim');

/** All that is known of the chosen entry, in the order in which one decides by it. */
export function requestParts(state: Cockpit, { entry, gone }: Chosen, width: number): Part[] {
  const { agent, approval } = entry;
  const head: Row[] = gone ? [...words(`✖ ${clean(gone)}. Nothing more is answered here.`, width, 'wait'), []] : [];
  if (!approval) {
    const said = `${clean(agent.name)} waits${agent.status.waitingFor ? ` for ${agent.status.waitingFor}` : ''}: ${clean(agent.status.evidence.detail)}.`;
    const rows = [
      ...words(said, width),
      [],
      ...words('It asks on its own screen. Enter goes there, to answer.', width, 'dim'),
    ];
    return [rowsPart([...head, ...rows])];
  }
  const request = requestOf(state, entry)!;
  return [
    rowsPart(head),
    ...fixedParts(request, agent, width),
    rowsPart(questionRows(state, request, width)),
    rowsPart(meetsRows(state, entry.id, width)),
    ...(request.diff ? diffParts(request.diff, width, state.ui.inbox.shift) : []),
    argumentsPart(request, width),
    rowsPart(cutRows(state, request, entry.id, width)),
  ];
}

const fixed = new WeakMap<Approval, { width: number; parts: Part[] }>();

/** What never changes of a request: laid out once for a width. */
function fixedParts(request: Approval, agent: Agent, width: number): Part[] {
  const known = fixed.get(request);
  if (known?.width === width) return known.parts;
  const { title: what, reason, command, questions } = request;
  const said = what === command || what === questions?.[0]?.text;
  const rows: Row[] = said || !what ? [] : words(reveal(what), width, 'strong');
  if (reason) rows.push(...words(`Why: ${reveal(reason)}`, width));
  if (rows.length > 0) rows.push([]);
  if (command !== null) {
    const lines = command.split('\n').length;
    rows.push(title(lines > 1 ? `Command, ${plural(lines, 'line')}` : 'Command'));
    rows.push(...exactRows(command.slice(0, LAID_OUT), width, 'strong'));
    if (command.length > LAID_OUT) rows.push(line(`… ${command.length - LAID_OUT} more characters`, 'wait'));
    rows.push([]);
  }
  rows.push(...pathRows(request.paths, agent.worktree ?? agent.cwd, width));
  const parts = [rowsPart(rows)];
  fixed.set(request, { width, parts });
  return parts;
}

/** The files it names, as they stand in the agent's folder; what is outside of it is said. */
function pathRows(paths: readonly string[], folder: string, width: number): Row[] {
  if (paths.length === 0) return [];
  const rows = paths.slice(0, PATHS).flatMap((path): Row[] => {
    if (path.startsWith(`${folder}/`)) return exactRows(path.slice(folder.length + 1), width, 'accent');
    const isOutside = path.startsWith('/') || path.split('/').includes('..');
    if (!isOutside) return exactRows(path, width, 'accent');
    return [...exactRows(path, width, 'wait'), line('  ! outside of its folder', 'wait')];
  });
  const more = paths.length > PATHS ? [line(`… and ${paths.length - PATHS} more`, 'wait')] : [];
  return [title(plural(paths.length, 'file')), ...rows, ...more, []];
}

const args = new WeakMap<Approval, { width: number; part: Part }>();

function argumentsPart(request: Approval, width: number): Part {
  const known = args.get(request);
  if (known?.width === width) return known.part;
  const rows = argumentRows(request.input.slice(0, LAID_OUT), width);
  const part = rowsPart(rows.length > 0 ? [title('Arguments'), ...rows] : []);
  args.set(request, { width, part });
  return part;
}

/** Whom the edit would meet. */
function meetsRows(state: Cockpit, id: string, width: number): Row[] {
  const { looked } = state.ui.inbox;
  const meets = looked?.id === id ? (looked.collisions ?? []) : [];
  if (meets.length === 0) return [];
  const row = ({ severity, agents, file }: Collision): Row => {
    const { glyph, word, tone } = SEVERITIES[severity];
    return [{ text: `${glyph} ${word}`, tone }, { text: `  ${clean(file)}  ${agents.map(clean).join(' ↔ ')}` }];
  };
  return [...words('It would be in the way of others', width, 'dim'), ...meets.map(row), []];
}

/** A text that is cut says so, and what is done about it. */
function cutRows(state: Cockpit, request: Approval, id: string, width: number): Row[] {
  if (!request.cut) return [];
  const { looked } = state.ui.inbox;
  const error = looked?.id === id ? looked.error : null;
  const text =
    request.via.type === 'screen'
      ? "! This was read off the agent's screen, and may not be all of it. Enter goes there."
      : error
        ? `✖ This is not all of it, and the rest cannot be read: ${clean(error)}`
        : '… this is not all of it; the rest is being read.';
  return [[], ...words(text, width, 'wait')];
}
