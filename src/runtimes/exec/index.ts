import type { Runtime } from '../types.ts';
import { claudeExec, qwenExec } from './claude.ts';
import { execRuntime } from './frame.ts';

/** What is run for one turn a life, with its prompt on standard input and JSON on standard output. */
export const exec: readonly Runtime[] = [claudeExec, qwenExec].map(execRuntime);
