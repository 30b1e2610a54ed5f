import type { Runtime } from '../types.ts';
import { claudeExec, qwenExec } from './claude.ts';
import { codexExec } from './codex.ts';
import { commandExec } from './command.ts';
import { execRuntime } from './frame.ts';
import { geminiExec } from './gemini.ts';
import { opencodeExec } from './opencode.ts';

/** What is run for one turn a life, with its prompt on standard input and JSON on standard output; and the shell. */
export const exec: readonly Runtime[] = [
  ...[claudeExec, codexExec, geminiExec, opencodeExec, qwenExec].map(execRuntime),
  commandExec,
];
