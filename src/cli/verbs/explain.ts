import { since } from '../../cockpit/views/numbers.ts';
import { agentJson } from '../../core/agent-json.ts';
import { isStructured } from '../../core/structured.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Explained } from '../../schema/explain.ts';
import { detailOf, stateCell } from '../agents.ts';
import { type Cell, type Paint, table } from '../print.ts';
import type { Verb } from '../verb.ts';

export const explain: Verb = {
  name: 'explain',
  usage: 'AGENT',
  summary: 'say why the status of an agent is what it is, rule by rule',
  details:
    'The rules stand in the order in which they are asked; the first one that says anything, decides (*). Below `screen` stand the rules of that kind of agent, recorded from the version of the program that is named.',
  options: {},
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode explain auth-fix', does: 'shows which rule says that it waits, and what it saw' }],
  async run(context) {
    const daemon = await context.daemon();
    const { agent, explained } = await daemon.call('agent.explain', { agent: context.words[0]! });
    const { id, name, status } = agentJson(agent);
    const value = {
      id,
      name,
      status,
      ...(agent.status.waitingFor && { waitingFor: agent.status.waitingFor }),
      autofix: agent.autofix ?? 'off',
      ...timed(explained),
    };
    context.print(value, () => describe(agent, explained, Date.now(), context.paint));
    return 0;
  },
};

/** Whether its work is checked after each turn; null: nobody wants it. */
function autofixText({ autofix, check, runtime, turn }: Agent): string | null {
  if (autofix === 'screen')
    return 'Auto-fix: not in its own screen, since it does not tell when its turns end; boocode new --headless drives one without.';
  if (autofix !== 'on') return null;
  const last = check ? `: ${check.state} after turn ${check.turn}${check.command ? `, ${check.command}` : ''}` : '';
  const untold = !isStructured({ runtime }) && !turn ? '; its hooks have told of no turn yet' : '';
  return `Auto-fix: on${last}${untold}`;
}

const iso = (at: number) => new Date(at).toISOString();

const timed = (explained: Explained | null) => ({
  rules: explained?.rules ?? [],
  title: explained?.title ?? null,
  outputAt: explained?.outputAt == null ? null : iso(explained.outputAt),
  book: explained?.book ?? null,
  held: explained?.held ? { ...explained.held, since: iso(explained.held.since) } : null,
});

function describe(agent: Agent, explained: Explained | null, now: number, paint: Paint): string {
  const { status } = agent;
  const head = `${agent.name} is ${stateCell(status.state).text} for ${since(now - status.since)}: ${detailOf(agent)} (${status.evidence.source})`;
  if (!explained) return [head, 'It is not watched: no rule is asked.', autofixText(agent)].filter(Boolean).join('\n');
  const { rules, title, outputAt, book, held } = explained;
  const rows = rules.map(({ rule, says, saw, decides }): Cell[] => [
    decides ? '*' : ' ',
    rule.includes('.') ? `  ${rule}` : rule,
    says === null ? { text: '-', style: 'dim' } : stateCell(says),
    says === null ? { text: saw, style: 'dim' } : saw,
  ]);
  const facts = [
    held && `About to say ${held.state}, once it has held for a moment.`,
    title !== '' && `Its title: ${JSON.stringify(title)}`,
    outputAt !== null && `Last output: ${since(now - outputAt)} ago`,
    autofixText(agent),
    book && `Rules of its screen: version ${book.version}, recorded from ${agent.runtime} ${book.seen}`,
  ].filter(Boolean);
  return [head, '', table(rows, paint), '', ...facts].join('\n');
}
