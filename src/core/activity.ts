import type { RateLimit, Tokens } from '../schema/activity.ts';
import type { Agent } from '../schema/agent.ts';
import type { Approval } from '../schema/approval.ts';
import type { Activity, AgentEvent } from '../schema/event.ts';
import { APPROVAL_TEXT } from '../schema/plain.ts';
import { checkAfter, checkDue } from './autofix/state.ts';
import { summaryAfter } from './runs/summary.ts';

/** Their names, without the shapes that they have in schema/activity. */
const TYPES: Record<Activity['type'], true> = {
  turnStarted: true,
  turnEnded: true,
  said: true,
  thought: true,
  toolStarted: true,
  toolFinished: true,
  planned: true,
  used: true,
  context: true,
  limited: true,
  asked: true,
  answered: true,
  configured: true,
  troubled: true,
  queued: true,
  raw: true,
  checkBegan: true,
  checkEnded: true,
  runBegan: true,
  step: true,
  phase: true,
  noted: true,
  runEnded: true,
};

/** Is it a part of conversation, timeline, traces and totals? Those are always recorded, whether or not they change the agent. */
export const isActivity = (event: AgentEvent): event is Activity => Object.hasOwn(TYPES, event.type);

type Of<T extends Activity['type']> = Extract<Activity, { type: T }>;

type Fields = Partial<Agent>;

/** What a report of its activity changes of an agent; what it is doing (its status) is decided elsewhere. */
export function activityFields(agent: Agent, event: Activity): Fields {
  switch (event.type) {
    case 'turnStarted':
      return { turn: { number: event.turn, startedAt: event.at }, model: event.model ?? agent.model };
    case 'turnEnded': {
      const turn = { number: event.turn, startedAt: null };
      return event.outcome === 'completed' ? { turn, trouble: undefined, ...checkDue(agent, event) } : { turn };
    }
    case 'used':
      return used(agent, event);
    case 'context':
      return { context: { used: event.used, size: event.size } };
    case 'limited':
      return limited(agent, event.limit);
    case 'asked': {
      const others = (agent.approvals ?? []).filter(({ id }) => id !== event.approval.id);
      return openApprovals(agent, [...others, trim(event.approval)]);
    }
    case 'answered':
      return {
        ...openApprovals(
          agent,
          (agent.approvals ?? []).filter(({ id }) => id !== event.id),
        ),
        answeredAt: event.at,
      };
    case 'configured':
      return configured(event);
    case 'troubled':
      return { trouble: event.trouble };
    case 'runBegan':
    case 'step':
    case 'phase':
    case 'runEnded':
      return { run: summaryAfter(agent.run, event) };
    case 'checkBegan':
    case 'checkEnded':
      return checkAfter(agent, event);
    case 'queued':
      return { queue: event.prompts.length > 0 ? event.prompts : undefined };
    default:
      return {};
  }
}

/** The fields of an agent of which these requests are open, and no other. */
export const openApprovals = (agent: Agent, approvals: Approval[]): Fields => ({
  approvals: approvals.length > 0 ? approvals : undefined,
  waiting: waitingOf(agent.status.state, approvals),
});

/** How many things of it wait for a person. */
export const waitingOf = (state: Agent['status']['state'], approvals: readonly Approval[] | undefined): number =>
  Math.max(approvals?.length ?? 0, state === 'waiting' ? 1 : 0);

/** What is mirrored to every cockpit is bounded; the whole stands in the record. */
function trim(approval: Approval): Approval {
  const { input, diff } = approval;
  if (input.length <= APPROVAL_TEXT && (diff?.length ?? 0) <= APPROVAL_TEXT) return approval;
  return { ...approval, input: input.slice(0, APPROVAL_TEXT), diff: diff?.slice(0, APPROVAL_TEXT) ?? null, cut: true };
}

function used(agent: Agent, { tokens, usd, provenance }: Of<'used'>): Fields {
  const cost = usd !== null && {
    usd: (agent.cost?.usd ?? 0) + usd,
    provenance: weaker(agent.cost?.provenance, provenance.cost),
  };
  return { ...(tokens && { tokens: addTokens(agent.tokens, tokens) }), ...(cost && { cost }) };
}

export const NO_TOKENS: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };

export function addTokens(a: Tokens | null, b: Tokens): Tokens {
  const { input, output, cacheRead, cacheWrite, reasoning } = a ?? NO_TOKENS;
  return {
    input: input + b.input,
    output: output + b.output,
    cacheRead: cacheRead + b.cacheRead,
    cacheWrite: cacheWrite + b.cacheWrite,
    reasoning: reasoning + b.reasoning,
  };
}

const STRENGTH = ['unknown', 'estimated', 'reported', 'measured'] as const;
type Strength = (typeof STRENGTH)[number];
/** A sum is known no better than its worst part. */
export const weaker = (a: Strength | undefined, b: Strength): Strength =>
  a === undefined || STRENGTH.indexOf(b) < STRENGTH.indexOf(a) ? b : a;

function limited(agent: Agent, limit: RateLimit): Fields {
  const old = agent.rateLimits.find(({ scope }) => scope === limit.scope);
  if (old && old.observedAt > limit.observedAt) return {};
  return { rateLimits: [...agent.rateLimits.filter((one) => one !== old), limit] };
}

const configured = ({ model, mode, models, modes }: Of<'configured'>): Fields => ({
  ...(model !== undefined && { model }),
  ...(mode !== undefined && { mode }),
  ...(models && { models }),
  ...(modes && { modes }),
});
