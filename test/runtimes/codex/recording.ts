import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Driver, Effect, Prompt } from '../../../src/runtimes/driver.ts';
import type { Agent, Exit } from '../../../src/schema/agent.ts';
import type { Answer, Approval } from '../../../src/schema/approval.ts';
import { agentWith } from '../../core/agents.ts';

/** What happened to a driver, in the order of a recording. Times in milliseconds since the epoch. */
export type Step = { at: number } & (
  | { do: 'line'; stream: 'stdout' | 'stderr'; text: string }
  | { do: 'start'; resume: string | null; prompt: Prompt | null }
  | { do: 'prompt'; prompt: Prompt }
  | { do: 'answer'; approval: Approval; answer: Answer }
  | { do: 'interrupt' }
  | { do: 'exited'; exit: Exit }
);

export const recordingAgent: Agent = agentWith({ id: 'recorded', runtime: 'codex-app', cwd: '/project', prompt: null });

/** Lets a driver live through one step. */
export function steps(driver: Driver, step: Step): Effect[] {
  switch (step.do) {
    case 'line':
      return driver.line(step.stream, step.text, step.at);
    case 'start':
      return driver.start(step);
    case 'prompt':
      return driver.prompt(step.prompt, step.at);
    case 'answer':
      return driver.answer(step.approval, step.answer, step.at);
    case 'interrupt':
      return driver.interrupt(step.at);
    case 'exited':
      return driver.exited(step.exit, step.at);
  }
}

/** The lives in a recording (test/runtimes/codex/record.ts). */
export const readRecording = (name: string): Step[][] =>
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'codex', `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n\n')
    .map((life) => life.split('\n').map((line) => JSON.parse(line) as Step));
