import type { Answer, Approval } from '../../schema/approval.ts';
import { shortId } from '../../util/short-id.ts';
import type { Say } from '../say.ts';
import type { PaseoCli } from './cli.ts';

interface Asked {
  id: string;
  /** It was answered here; Paseo may show it for a moment more. */
  over: boolean;
}

/** Permissions that an agent of Paseo waits for. */
export class PaseoRequests {
  readonly #cli: PaseoCli;
  readonly #say: Say;
  readonly #asked = new Map<string, Asked>();
  #answered: () => void = () => {};

  constructor(cli: PaseoCli, say: Say) {
    this.#cli = cli;
    this.#say = say;
  }

  /** All that is pending now: what is new is asked, what has gone unanswered is withdrawn. */
  async seen(pending: readonly { id: string; tool: string }[], turn: number): Promise<void> {
    const still = new Set(pending.map(({ id }) => id));
    for (const [request, { id, over }] of this.#asked) {
      if (still.has(request)) continue;
      this.#asked.delete(request);
      const by = { who: 'withdrawn' as const, detail: 'it waits no more' };
      if (!over) this.#say.report({ type: 'answered', id, answer: null, by });
    }
    const fresh = pending.filter(({ id }) => !this.#asked.has(id));
    // Only its list has descriptions, under the beginning of their ids.
    const told = fresh.length > 0 ? await this.#cli.permits().catch(() => []) : [];
    for (const { id: request, tool } of fresh) {
      const description = told.find((one) => request.startsWith(one.id))?.description;
      const what = description && description !== '-' ? description : tool;
      const approval = approvalOf({ request, tool, what, turn });
      this.#asked.set(request, { id: approval.id, over: false });
      this.#say.report({ type: 'asked', approval });
    }
  }

  /** Settles when the next one has been answered. */
  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  /** One that waits no more is passed over. Throws PaseoError. */
  async answer(agent: string, approval: Approval, { verdict, reason }: Answer): Promise<void> {
    const request = approval.via.type === 'protocol' ? approval.via.request : '';
    const asked = this.#asked.get(request);
    if (asked?.id !== approval.id || asked.over) return;
    asked.over = true;
    await this.#cli.permit(agent, request, verdict !== 'deny', verdict === 'deny' ? (reason ?? null) : null);
    this.#answered();
  }
}

const approvalOf = ({
  request,
  tool,
  what,
  turn,
}: {
  request: string;
  tool: string;
  what: string;
  turn: number;
}): Approval => ({
  id: shortId(),
  at: Date.now(),
  turn,
  kind: 'tool',
  tool,
  call: null,
  title: what,
  input: '{}',
  command: null,
  paths: [],
  diff: null,
  reason: null,
  questions: null,
  verdicts: ['once', 'always', 'deny'],
  takesReason: true,
  cut: false,
  via: { type: 'protocol', request },
});
