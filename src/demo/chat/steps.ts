import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unifiedOf } from '../../core/patch/unified.ts';
import type { Answer, Approval } from '../../schema/approval.ts';
import type { Report } from '../../schema/event.ts';
import { messageOf } from '../../util/errors.ts';
import { applyEdit } from '../edits.ts';
import { runCommand } from '../shell.ts';
import type { ChatStep } from './script.ts';

export type Wish = Pick<Approval, 'kind' | 'tool' | 'title' | 'input'> &
  Partial<Pick<Approval, 'command' | 'paths' | 'diff' | 'questions' | 'call'>>;

/** What the steps of a turn may do; all waiting is ended by `signal`. */
export interface ChatStage {
  cwd: string;
  turn: number;
  signal: AbortSignal;
  report(report: Report): void;
  delta(kind: 'said' | 'thought' | 'output', item: string, text: string): void;
  /** A number that is not used twice in this agent. */
  next(): number;
  /** Resolves with what was decided; at once where nothing needs to be asked. */
  ask(wish: Wish): Promise<Answer>;
  /** Bytes as they are, which need not be lines. */
  raw(text: string, stream?: 'stdout' | 'stderr'): void;
  leave(how: { code: number } | { signal: NodeJS.Signals }): Promise<never>;
}

/** Why a turn fails, in a sentence. */
export class TurnFailed extends Error {}

const RUN_TIMEOUT_MS = 60_000;
const numbers = (rest: string) => rest.split(/\s+/).filter(Boolean).map(Number);

/** Plays one step of a turn. Rejects with TurnFailed, or with the reason of `signal`. */
export async function playStep({ word, rest }: ChatStep, stage: ChatStage): Promise<void> {
  const { report, signal, turn } = stage;
  switch (word) {
    case 'think':
      return report({ type: 'thought', item: `t${stage.next()}`, text: rest });
    case 'say':
    case 'help':
      return report({ type: 'said', item: `m${stage.next()}`, who: 'agent', text: rest });
    case 'plan': {
      const entries = rest.split('|').map((text) => ({ text: text.trim(), status: 'pending' as const }));
      return report({ type: 'planned', entries });
    }
    case 'stream':
      return stream(rest, stage);
    case 'repeat': {
      const [count = 0, ms = 0] = numbers(rest);
      for (let n = 1; n <= count; n += 1) {
        report({ type: 'said', item: `m${stage.next()}`, who: 'agent', text: `Message ${n} of ${count}.` });
        if (ms > 0 || n % 100 === 0) await delay(ms, undefined, { signal });
      }
      return;
    }
    case 'read':
    case 'write':
    case 'run':
      return tool(word, rest, stage);
    case 'ask':
      return question(rest, stage);
    case 'wait':
      await delay(Number(rest), undefined, { signal });
      return;
    case 'tokens':
      return used(rest, stage);
    case 'warn':
    case 'limit':
    case 'error':
    case 'fail':
      return trouble(word, rest, stage);
    case 'garbage':
      stage.raw('this is no JSON\n{"boocode":"something new"}\n{"half":\n');
      return stage.raw('a warning\n', 'stderr');
    case 'long':
      return stage.raw(`${'x'.repeat(Number(rest) * 1_000_000)}\n`);
    case 'exit':
      return stage.leave({ code: Number(rest) || 0 });
    case 'crash':
      return stage.leave({ signal: 'SIGKILL' });
    default:
      throw new TurnFailed(`turn ${turn} has a step that I do not know: ${word}`);
  }
}

async function stream(rest: string, { report, delta, next, signal }: ChatStage): Promise<void> {
  const [count = 10, ms = 5] = numbers(rest);
  const item = `m${next()}`;
  let text = '';
  for (let n = 1; n <= count; n += 1) {
    const piece = `word${n} `;
    text += piece;
    delta('said', item, piece);
    await delay(ms, undefined, { signal });
  }
  report({ type: 'said', item, who: 'agent', text });
}

async function tool(word: 'read' | 'write' | 'run', rest: string, stage: ChatStage): Promise<void> {
  const { report, turn, signal } = stage;
  const call = `c${stage.next()}`;
  let began = Date.now();
  const [file = '', text = ''] = rest.split(/\s+(.*)/s);
  const line = { step: 'edit' as const, file, append: `${text}\n` };
  const { name, kind, title, input } = {
    read: { name: 'Read', kind: 'read' as const, title: `Read ${file}`, input: { file_path: file } },
    write: { name: 'Edit', kind: 'edit' as const, title: `Edit ${file}`, input: { file_path: file, append: text } },
    run: { name: 'Bash', kind: 'execute' as const, title: rest, input: { command: rest } },
  }[word];
  const paths = word === 'run' ? [] : [file];
  const locations = paths.map((path) => ({ path, line: null }));
  const shape = { call, turn, tool: name, kind, title, input: JSON.stringify(input), locations };
  report({ type: 'toolStarted', ...shape });
  const finish = (outcome: 'done' | 'failed' | 'denied', output: string, error: string | null, diff: string | null) =>
    report({ type: 'toolFinished', call, outcome, output, error, diff, durationMs: Date.now() - began });
  const diff = word === 'write' ? diffOf(stage.cwd, file, text) : null;
  if (word !== 'read') {
    const wish: Wish = { kind: 'tool', tool: name, title, input: shape.input, paths, diff, call };
    const answer = await stage.ask({ ...wish, command: word === 'run' ? rest : null });
    if (answer.verdict === 'deny') return finish('denied', '', answer.reason ?? 'it was denied', null);
  }
  // What it waited for the answer is no part of what it took.
  began = Date.now();
  try {
    if (word === 'read')
      return finish('done', readFileSync(join(stage.cwd, file), 'utf8').slice(0, 10_000), null, null);
    if (word === 'write') {
      applyEdit(stage.cwd, line);
      return finish('done', '', null, diff);
    }
    const lines: string[] = [];
    const onLine = (one: string) => {
      lines.push(one);
      stage.delta('output', call, `${one}\n`);
    };
    const { code, text: ended } = await runCommand(rest, { cwd: stage.cwd, signal, timeoutMs: RUN_TIMEOUT_MS, onLine });
    signal.throwIfAborted();
    finish(code === 0 ? 'done' : 'failed', lines.join('\n'), code === 0 ? null : ended, null);
  } catch (error) {
    signal.throwIfAborted();
    finish('failed', '', messageOf(error), null);
  }
}

function diffOf(cwd: string, file: string, text: string): string {
  const path = join(cwd, file);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : null;
  return unifiedOf({ path: file, before, after: `${before ?? ''}${text}\n` });
}

async function question(rest: string, stage: ChatStage): Promise<void> {
  const [text = '', ...choices] = rest.split('|').map((part) => part.trim());
  const shape = { text, choices: choices.map((label) => ({ label, description: '' })), many: false };
  const wish = { kind: 'question' as const, tool: 'AskUserQuestion', title: text, questions: [shape] };
  const answer = await stage.ask({ ...wish, input: JSON.stringify(shape) });
  const said =
    answer.verdict === 'deny' ? (answer.reason ?? 'nothing') : (answer.answers?.[0]?.join(', ') ?? 'nothing');
  stage.report({ type: 'said', item: `m${stage.next()}`, who: 'agent', text: `You said: ${said}` });
}

function used(rest: string, { report, turn, next }: ChatStage): void {
  const [input = 1000, output = 100] = numbers(rest);
  const tokens = { input, output, cacheRead: input * 2, cacheWrite: 0, reasoning: 0 };
  const provenance = { tokens: 'reported', cost: 'reported' } as const;
  const usd = (input * 3 + output * 15) / 1_000_000;
  report({ type: 'used', turn, key: `u${next()}`, model: 'demo-small', tokens, usd, provenance });
  report({ type: 'context', used: input * 3 + output, size: 200_000 });
}

async function trouble(word: string, rest: string, stage: ChatStage): Promise<void> {
  const now = Date.now();
  const seconds = Number(rest) || 0;
  if (word === 'fail') throw new TurnFailed(rest || 'I fail on request.');
  if (word === 'error') {
    const shape = {
      kind: 'overloaded' as const,
      message: rest || 'Overloaded',
      status: 529,
      retries: true,
      until: null,
    };
    return stage.report({ type: 'troubled', trouble: shape });
  }
  const resetsAt = seconds > 0 ? now + seconds * 1000 : null;
  const status = word === 'warn' ? ('warning' as const) : ('exceeded' as const);
  const limit = { scope: 'five_hour', status, usedPercent: word === 'warn' ? 85 : 100, resetsAt, observedAt: now };
  stage.report({ type: 'limited', limit });
  if (word === 'warn') return;
  const message = 'You have used up your limit.';
  const shape = { kind: 'rateLimit' as const, message, status: 429, retries: false, until: resetsAt };
  stage.report({ type: 'troubled', trouble: shape });
  throw new TurnFailed(message);
}
