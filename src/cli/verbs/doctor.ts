import { autofix } from '../doctor/autofix.ts';
import type { Check, Finding } from '../doctor/check.ts';
import { logout } from '../doctor/logout.ts';
import { gitVersion, inotify, nodeVersion, pty, terminal, tmuxVersion } from '../doctor/machine.ts';
import { config, daemon, project, sockets } from '../doctor/places.ts';
import { runtimes } from '../doctor/runtimes.ts';
import { type Cell, table } from '../print.ts';
import type { Verb } from '../verb.ts';

const CHECKS: Check[] = [
  nodeVersion,
  gitVersion,
  tmuxVersion,
  terminal,
  pty,
  sockets,
  inotify,
  logout,
  project,
  config,
  autofix,
  daemon,
  runtimes,
];

export const doctor: Verb = {
  name: 'doctor',
  usage: '',
  summary: 'look at this machine and this project, and say what to do about what is wrong',
  details:
    'Exit code 1 only when something is broken that BooCode needs; a coding agent that is not installed is no fault.',
  options: {},
  words: { min: 0, max: 0 },
  examples: [{ line: 'boocode doctor', does: 'what was found, what is missing, how to get it' }],
  async run(context) {
    const findings = (await Promise.all(CHECKS.map((check) => check(context)))).flat();
    const broken = findings.some((one) => one.level === 'error');
    context.print({ ok: !broken, findings: findings.map((one) => ({ ...one, hint: one.hint ?? null })) }, () =>
      table(
        findings.flatMap((one) => rows(one)),
        context.paint,
      ),
    );
    return broken ? 1 : 0;
  },
};

const MARKS = {
  ok: { text: '✓', style: 'green' },
  absent: { text: '·', style: 'dim' },
  warning: { text: '!', style: 'yellow' },
  error: { text: '✖', style: 'red' },
} as const satisfies Record<Finding['level'], Cell>;

const rows = ({ level, title, text, hint }: Finding): Cell[][] => [
  [MARKS[level], { text: title, style: 'bold' }, text],
  ...(hint ? [['', '', { text: `→ ${hint}`, style: 'dim' }] satisfies Cell[]] : []),
];
