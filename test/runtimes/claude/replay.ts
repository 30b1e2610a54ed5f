import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClaudeDriver } from '../../../src/runtimes/claude/driver.ts';
import type { Driver, DriverOptions, Effect, Prompt, Report } from '../../../src/runtimes/driver.ts';
import type { Tokens } from '../../../src/schema/activity.ts';
import type { Agent } from '../../../src/schema/agent.ts';
import type { Answer, Approval } from '../../../src/schema/approval.ts';
import { AgentEvent } from '../../../src/schema/event.ts';

export const agentWith = (fields: Partial<Agent> = {}) =>
  ({ id: 'a', epoch: 1, cwd: '/home/dev/project', sessionId: null, rateLimits: [], ...fields }) as Agent;

/** A recording (test/agents/record), line by line. */
export const recorded = (name: string): string[] =>
  readFileSync(join(import.meta.dirname, '../../fixtures/claude', `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n');

/** What the models told that they used while it was recorded, added up. */
export function sentTokens(name: string): Tokens {
  const sum = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
  for (const line of recorded(name)) {
    if (!line.startsWith('# {')) continue;
    const usage = JSON.parse(line.slice(2)) as Tokens;
    for (const key of Object.keys(sum) as (keyof Tokens)[]) sum[key] += usage[key];
  }
  return sum;
}

export interface Replayed {
  driver: Driver;
  effects: Effect[];
  reports: Report[];
  /** The reports as they stand in the record. */
  events: AgentEvent[];
  /** What the driver wrote where the recording has a `>` line, beside that line. */
  written: { recorded: unknown; written: unknown }[];
}

/**
 * Gives a driver a recording as if it happened now: at each line that was written then, it is asked for the same; ids that it chooses
 * itself take the place of those of the recording. `stop`: at the first line like this one (it is not given any more).
 */
export function replay(name: string, { past = [], agent = agentWith(), stop, make }: Options = {}): Replayed {
  const driver = make ? make({ agent, past }) : new ClaudeDriver({ agent, past });
  const ids = new Map<string, string>();
  const effects: Effect[] = driver.start({ resume: null, prompt: null });
  const written: Replayed['written'] = [];
  const open = new Map<string, Approval>();
  let prompts = 0;
  let at = 0;
  const begun = writesOf(effects);
  for (const line of recorded(name)) {
    if (stop?.test(line)) break;
    const text = [...ids].reduce((changed, [from, to]) => changed.replaceAll(from, to), line.slice(2));
    at += 1;
    if (line.startsWith('< ')) effects.push(...driver.line('stdout', text, at));
    else if (line.startsWith('! ')) effects.push(...driver.line('stderr', text, at));
    else if (line.startsWith('= ')) effects.push(...driver.exited(exitOf(text), at));
    else if (line.startsWith('> ')) {
      // biome-ignore lint/suspicious/noExplicitAny: as it was recorded
      const said = JSON.parse(text) as any;
      const done =
        said.request?.subtype === 'initialize' ? [] : repeat(driver, said, open, at, () => `prompt ${++prompts}`);
      const wrote = said.request?.subtype === 'initialize' ? begun : writesOf(done);
      // biome-ignore lint/suspicious/noExplicitAny: as above
      const first = wrote[0] as any;
      if (first?.uuid && said.uuid) ids.set(said.uuid, first.uuid);
      if (first?.type === 'control_request') ids.set(`"${said.request_id}"`, `"${first.request_id}"`);
      written.push({ recorded: said, written: first });
      effects.push(...done);
    }
    for (const effect of effects) {
      if (effect.type === 'report' && effect.report.type === 'asked')
        open.set(requestOf(effect.report.approval), effect.report.approval);
    }
  }
  const reports = effects.flatMap((effect) => (effect.type === 'report' ? [effect.report] : []));
  const events = reports.map((report) => AgentEvent.parse({ ...report, at: 1, epoch: 1 }));
  return { driver, effects, reports, events, written };
}

interface Options {
  past?: readonly AgentEvent[];
  agent?: Agent;
  stop?: RegExp;
  make?(options: DriverOptions): Driver;
}

const requestOf = ({ via }: Approval) => (via.type === 'protocol' ? via.request : '');

const writesOf = (effects: Effect[]): unknown[] =>
  effects.flatMap((effect) => (effect.type === 'write' ? [JSON.parse(effect.text)] : []));

// biome-ignore lint/suspicious/noExplicitAny: as it was recorded
function repeat(driver: Driver, said: any, open: Map<string, Approval>, at: number, nextId: () => string): Effect[] {
  if (said.type === 'user') return driver.prompt(promptOf(said.message.content, nextId()), at);
  if (said.type === 'control_response') {
    const approval = open.get(said.response.request_id);
    if (!approval) throw new Error(`nothing was asked as ${said.response.request_id}`);
    return driver.answer(approval, answerOf(said.response.response), at);
  }
  const { subtype, mode, model } = said.request;
  if (subtype === 'interrupt') return driver.interrupt(at);
  return subtype.startsWith('set_') ? driver.configure({ mode, model }, at) : [];
}

// biome-ignore lint/suspicious/noExplicitAny: as it was recorded
function answerOf({ behavior, message, updatedPermissions, updatedInput }: any): Answer {
  if (behavior === 'deny') return { verdict: 'deny', reason: message };
  const answers = updatedInput.answers && Object.values<string>(updatedInput.answers).map((answer) => [answer]);
  return { verdict: updatedPermissions ? 'session' : 'once', ...(answers && { answers }) };
}

// biome-ignore lint/suspicious/noExplicitAny: as it was recorded
function promptOf(content: any, id: string): Prompt {
  if (typeof content === 'string') return { id, text: content, images: [] };
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const [picture] = content.filter((block: any) => block.type === 'image').map((block: any) => block.source);
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const text = content.find((block: any) => block.type === 'text').text as string;
  const path = '/pictures/one.png';
  return { id, text, images: [path], pictures: [{ path, mediaType: picture.media_type, base64: picture.data }] };
}

const exitOf = (text: string) =>
  /^\d+$/.test(text) ? { code: Number(text), signal: null } : { code: null, signal: text };
