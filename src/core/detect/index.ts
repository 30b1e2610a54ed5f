import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { detectDemo } from './demo.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';
import { qwen } from './qwen.ts';
import { detectorOf } from './read.ts';
import type { Detector, RuleBook } from './types.ts';

/** Runtime id ▶ the rules of its screen. */
export const ruleBooks: Readonly<Record<string, RuleBook>> = { claude, codex, gemini, opencode, qwen };

/** Runtime id ▶ what reads its screen. A runtime without one is judged by what every terminal shows. */
export const detectors: Readonly<Record<string, Detector>> = {
  demo: detectDemo,
  ...Object.fromEntries(Object.entries(ruleBooks).map(([id, book]) => [id, detectorOf(book)])),
};
