import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { demoAsks, detectDemo } from './demo.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';
import { qwen } from './qwen.ts';
import { type AskedOnScreen, askedOn, detectorOf } from './read.ts';
import type { Detector, RuleBook, Screen } from './types.ts';

/** Runtime id ▶ the rules of its screen. */
export const ruleBooks: Readonly<Record<string, RuleBook>> = { claude, codex, gemini, opencode, qwen };

/** Runtime id ▶ what reads its screen. A runtime without one is judged by what every terminal shows. */
export const detectors: Readonly<Record<string, Detector>> = {
  demo: detectDemo,
  ...Object.fromEntries(Object.entries(ruleBooks).map(([id, book]) => [id, detectorOf(book)])),
};

/** The permission that a runtime's screen asks for, with the keys of its answers; null: none, or nothing certain. */
export function askedOnScreen(runtime: string, screen: Screen): AskedOnScreen | null {
  if (runtime === 'demo') return demoAsks(screen);
  const book = Object.hasOwn(ruleBooks, runtime) ? ruleBooks[runtime] : undefined;
  return book ? askedOn(book, screen) : null;
}
