import { cutMiddle } from '../../core/cut.ts';
import type { Tokens, Trouble } from '../../schema/activity.ts';
import { kindOf, locationsOf, titleOf } from '../claude/tools.ts';
import type { Effect, Report } from '../driver.ts';
import type { Json } from '../json.ts';
import { Open } from '../open.ts';
import type { ExecOptions } from './frame.ts';

/** The one turn of a life of a CLI whose lines name no turn. */
export class Turn {
  readonly number: number;
  readonly cwd: string;
  model: string | null;
  private begun = false;
  private readonly prompt: ExecOptions['prompt'];

  constructor({ agent, past, prompt }: ExecOptions) {
    const open = new Open(past);
    this.begun = open.running;
    this.number = open.running ? open.turn : open.turn + 1;
    this.cwd = agent.cwd;
    this.model = agent.model ?? null;
    this.prompt = prompt;
  }

  /** What its first word says of the prompt. */
  begin(): Effect[] {
    if (this.begun) return [];
    this.begun = true;
    const { number: turn, prompt, model } = this;
    const evidence = { source: 'protocol', detail: 'its turn began' } as const;
    return [
      report({ type: 'turnStarted', turn, prompt: prompt?.text ?? null, model }),
      ...(prompt ? [{ type: 'receipt', prompt: prompt.id, receipt: 'accepted', evidence } as const] : []),
    ];
  }

  /** Ids that a CLI counts from 0 in each life, made unique in the record. */
  id = (id: string): string => `${this.number}-${id}`;

  tool(call: string, tool: string, given: Json): Effect {
    const input = typeof given.filePath === 'string' ? { ...given, file_path: given.filePath } : given;
    return report({
      ...{ type: 'toolStarted', call, turn: this.number, tool, kind: kindOf(TOOLS[tool] ?? tool) },
      ...{ title: titleOf(tool, input, this.cwd), input: cutMiddle(JSON.stringify(given)) },
      locations: locationsOf(input, this.cwd),
    });
  }

  used(key: string, tokens: Tokens, usd: number | null): Effect {
    const provenance = { tokens: 'reported', cost: usd === null ? 'unknown' : 'reported' } as const;
    return report({ type: 'used', turn: this.number, key, model: this.model, tokens, usd, provenance });
  }

  ended(outcome: 'completed' | 'failed', message: string | null): Effect {
    return report({ type: 'turnEnded', turn: this.number, outcome, message, durationMs: null });
  }
}

/** As opencode calls them ▶ as others do. */
const TOOLS: Record<string, string> = {
  read: 'Read',
  write: 'Write',
  bash: 'Bash',
  grep: 'Grep',
  list: 'LS',
  webfetch: 'WebFetch',
};

export const report = (one: Report): Effect => ({ type: 'report', report: one });

export const raw = (text: string, why: 'text' | 'unknown'): Effect =>
  report({ type: 'raw', stream: 'stdout', why, text: cutMiddle(text) });

/** A failure of the provider by its HTTP status, where it tells one. */
export function troubled(message: string, status: number | null, retries = false): Effect {
  const kinds: [boolean, Trouble['kind']][] = [
    [status === 401 || status === 403, 'login'],
    [status === 429, 'rateLimit'],
    [status !== null && status >= 500, 'overloaded'],
  ];
  const kind = kinds.find(([is]) => is)?.[1] ?? 'other';
  return report({ type: 'troubled', trouble: { kind, message, status, retries, until: null } });
}

/** The first three digits of a text that are an HTTP status of a failure. */
export const statusIn = (text: string): number | null => {
  const found = /(?<!\d)([45]\d\d)(?!\d)/.exec(text)?.[1];
  return found === undefined ? null : Number(found);
};
