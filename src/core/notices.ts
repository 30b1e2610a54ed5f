import type { Agent } from '../schema/agent.ts';
import type { Collision } from '../schema/collision.ts';
import type { AgentEvent } from '../schema/event.ts';
import type { NoticeKind } from '../schema/notice.ts';
import { isChecking } from './autofix/state.ts';

/** One thing that a person may want to know at once. */
export interface News {
  kind: NoticeKind;
  /** Ids; empty: nobody in particular. */
  agents: string[];
  name: string;
  /** After the name: `asks: npm test`. */
  what: string;
  /** The request that it is about; null: the status is. */
  approval: string | null;
}

/** Characters of a whole notification, and of what one request says of itself. */
const LONGEST = 200;
const TITLE = 100;
/** Names in a summary before the rest is only counted. */
const NAMES = 4;

/** Texts of agents made fit for a bell, a status line and a desktop: a line without escape sequences, controls and marks that reorder. */
export const plainText = (text: string, longest = LONGEST): string => {
  const line = text
    .replaceAll(/\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?)/g, '')
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1).toWellFormed()}…` : line;
};

/** What an event means to somebody who does not look; null: nothing. `agent`: as it is after the event. */
export function newsOf(event: AgentEvent, agent: Agent): News | null {
  // Most events are no news: nothing is made for them.
  const common = () => ({ agents: [agent.id], name: plainText(agent.name, TITLE), approval: null });
  switch (event.type) {
    case 'asked': {
      const { id, tool, title } = event.approval;
      return { ...common(), kind: 'waiting', what: `asks: ${plainText(title || tool, TITLE)}`, approval: id };
    }
    case 'turnEnded': {
      if (agent.queue?.length || event.outcome === 'interrupted' || isChecking(agent)) return null;
      if (event.outcome === 'completed') return { ...common(), kind: 'ended', what: `is done with turn ${event.turn}` };
      return {
        ...common(),
        kind: 'failed',
        what: `turn ${event.turn} failed: ${plainText(event.message ?? '', TITLE)}`,
      };
    }
    case 'checkEnded':
      return checkNews(event, agent, common());
    case 'status':
    case 'exited':
    case 'hostLost':
    case 'startFailed':
      return stateNews(agent, common());
    default:
      return null;
  }
}

/** The end of a turn is told when its check has ended too, unless its errors go back to the agent. */
function checkNews(
  { turn, next, outcome, command, rounds }: Extract<AgentEvent, { type: 'checkEnded' }>,
  agent: Agent,
  common: Omit<News, 'kind' | 'what'>,
): News | null {
  if (next === 'told' || outcome === 'overtaken' || outcome === 'cancelled' || agent.queue?.length) return null;
  if (next !== 'gaveUp') return { ...common, kind: 'ended', what: `is done with turn ${turn}` };
  return {
    ...common,
    kind: 'failed',
    what: `gave up: ${plainText(command ?? '', TITLE)} fails after ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
  };
}

function stateNews(agent: Agent, common: Omit<News, 'kind' | 'what'>): News | null {
  const { state, waitingFor, evidence } = agent.status;
  // Who stops an agent knows that it ends.
  if (agent.stopping === 'user' || agent.stopping === 'shutdown' || agent.stopping === 'parent') return null;
  const detail = plainText(evidence.detail, TITLE);
  switch (state) {
    case 'waiting':
      return { ...common, kind: 'waiting', what: `waits${waitingFor ? ` for ${waitingFor}` : ''}: ${detail}` };
    case 'completed':
      return { ...common, kind: 'ended', what: 'has ended' };
    case 'failed':
      return { ...common, kind: 'failed', what: `failed: ${detail}` };
    case 'timed_out':
      return { ...common, kind: 'failed', what: `timed out: ${detail}` };
    default:
      return null;
  }
}

const MEETS = { same_line: 'change the same lines of', adjacent_line: 'change lines close to each other in' } as const;

/** Collisions that are new or have become worse, as far as they are worth a warning. */
export function collisionNews(risen: readonly Collision[]): News[] {
  return risen.flatMap(({ severity, agents, ids, file }): News[] => {
    if (severity !== 'same_line' && severity !== 'adjacent_line') return [];
    const name = agents.map((one) => plainText(one, TITLE)).join(' and ');
    return [
      { kind: 'collision', agents: ids, name, what: `${MEETS[severity]} ${plainText(file, TITLE)}`, approval: null },
    ];
  });
}

/** Is it still so? Between seeing and telling it may have been answered, or have gone on by itself. */
export function stillNews({ kind, agents, approval }: News, all: Readonly<Record<string, Agent>>): boolean {
  if (kind !== 'waiting') return true;
  const agent = all[agents[0]!];
  if (!agent || agent.archived) return false;
  if (approval !== null) return agent.approvals?.some(({ id }) => id === approval) ?? false;
  return agent.status.state === 'waiting';
}

const GROUPS: Record<NoticeKind, [one: string, many: string]> = {
  failed: ['has failed', 'have failed'],
  waiting: ['waits', 'wait'],
  collision: ['collides', 'collide'],
  ended: ['has ended', 'have ended'],
};
/** Loudest first. */
const KINDS = Object.keys(GROUPS) as NoticeKind[];

/** All of it in one line, however much it is: `auth-fix asks: npm test`, or `3 wait: a, b, c; 2 have ended: d, e`. */
export function noticeOf(news: readonly News[]): { kind: NoticeKind; text: string } | null {
  const [first] = news;
  if (!first) return null;
  const kind = KINDS.find((one) => news.some((each) => each.kind === one))!;
  if (news.length === 1) return { kind, text: plainText(`${first.name} ${first.what}`) };
  const parts = KINDS.flatMap((one) => {
    const names = [...new Set(news.filter((each) => each.kind === one).map(({ name }) => name))];
    if (names.length === 0) return [];
    const more = names.length > NAMES ? ` and ${names.length - NAMES} more` : '';
    return [`${names.length} ${GROUPS[one][names.length === 1 ? 0 : 1]}: ${names.slice(0, NAMES).join(', ')}${more}`];
  });
  return { kind, text: plainText(parts.join('; ')) };
}
