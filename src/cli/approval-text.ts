import { since } from '../cockpit/views/numbers.ts';
import { besideTool, firstText } from '../core/tool-title.ts';
import type { Agent } from '../schema/agent.ts';
import type { Approval } from '../schema/approval.ts';
import { JOINERS } from '../util/signs.ts';
import { visible } from './patch-text.ts';
import { type Cell, type Paint, table } from './print.ts';

export interface Waiting {
  /** The agent's id. */
  agent: string;
  name: string;
  approval: Approval;
}

const JOINER = new RegExp(`[${JOINERS}]`, 'gu');

/** Text of an agent as it is, on one row or several, with everything in it to be seen: what a person allows must be what is run. */
export const seen = (text: string): string =>
  visible(text).replace(JOINER, (char) => `\\u{${char.charCodeAt(0).toString(16)}}`);

const oneLine = (text: string) => seen(text).replace(/\s*\n\s*/g, ' ⏎ ');

/** Characters of what is asked in a row of the list; the whole is in `inbox ID`. */
const TITLE_CHARS = 100;
const brief = (text: string) => (text.length > TITLE_CHARS ? `${text.slice(0, TITLE_CHARS - 1)}…` : text);

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** One request with `--json`. */
export const approvalJson = ({ name, approval }: Waiting) => ({
  id: approval.id,
  agent: name,
  tool: approval.tool,
  input: jsonOf(approval.input),
  diff: approval.diff,
  since: new Date(approval.at).toISOString(),
  options: approval.verdicts,
  kind: approval.kind,
  title: approval.title,
  command: approval.command,
  paths: approval.paths,
  reason: approval.reason,
  questions: approval.questions,
  turn: approval.turn,
  cut: approval.cut,
});

/** With `--json`, an agent that waits without a request. */
export const lookJson = ({ name, status }: Agent) => ({
  agent: name,
  waitingFor: status.waitingFor ?? null,
  detail: status.evidence.detail,
  since: new Date(status.since).toISOString(),
});

/** All that waits, a row each, the oldest first. `looks`: agents that only their own screens tell more of. */
export function inboxTable(
  all: readonly Waiting[],
  looks: readonly Agent[],
  { now, paint }: { now: number; paint: Paint },
): string {
  const head = ['ID', 'AGENT', 'TOOL', 'WAITS', 'WHAT'].map((text): Cell => ({ text, style: 'dim' }));
  const waited = (at: number) => since(Math.max(0, now - at));
  const rows = [
    ...all.map(({ name, approval }) => ({
      at: approval.at,
      row: [
        { text: approval.id, style: 'yellow' },
        { text: name, style: 'bold' },
        oneLine(approval.tool),
        waited(approval.at),
        brief(oneLine(approval.command ?? (besideTool(approval.title, approval.tool) || firstText(approval.input)))),
      ] satisfies Cell[],
    })),
    ...looks.map(({ name, status }) => ({
      at: status.since,
      row: [
        '–',
        { text: name, style: 'bold' },
        status.waitingFor ?? 'waits',
        waited(status.since),
        `look: ${brief(oneLine(status.evidence.detail))}`,
      ] satisfies Cell[],
    })),
  ].sort((a, b) => a.at - b.at);
  return table([head, ...rows.map(({ row }) => row)], paint);
}

const colourDiff = (diff: string, paint: Paint) =>
  seen(diff)
    .split('\n')
    .map((line) => {
      if (/^(\+\+\+|---|diff |index )/.test(line)) return paint('bold', line);
      if (line.startsWith('@@')) return paint('cyan', line);
      return line.startsWith('+') ? paint('green', line) : line.startsWith('-') ? paint('red', line) : line;
    })
    .join('\n')
    .trimEnd();

function questionsText({ questions }: Approval): string[] {
  return (questions ?? []).flatMap(({ text, choices, many }) => [
    `${seen(text)}${many ? ' (several may be chosen)' : ''}`,
    ...choices.map(({ label, description }) => `  · ${seen(label)}${description ? `: ${oneLine(description)}` : ''}`),
  ]);
}

/** The whole of one request: the command or the diff, else all its arguments. */
export function approvalText({ name, approval }: Waiting, now: number, paint: Paint): string {
  const { id, tool, command, diff, input, reason, paths, verdicts, at, kind } = approval;
  const parts = [
    `${paint('yellow', id)}  ${paint('bold', name)}  ${oneLine(tool)}  ${paint('dim', `waits ${since(Math.max(0, now - at))}`)}`,
    ...(kind === 'question' ? questionsText(approval) : [seen(command ?? approval.title)]),
    reason && paint('dim', `It says: ${seen(reason)}`),
    paths.length > 0 && `Files: ${paths.map(oneLine).join(', ')}`,
    diff && colourDiff(diff, paint),
    command === null && diff === null && kind === 'tool' && pretty(input),
    paint('dim', `It takes: ${verdicts.join(', ')}.`),
  ];
  return parts.filter(Boolean).join('\n');
}

function pretty(input: string): string {
  const value = jsonOf(input);
  return seen(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
}
