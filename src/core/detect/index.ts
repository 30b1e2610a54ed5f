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

/** The built-in rules of a runtime's screen. */
export const bookOf = (runtime: string): RuleBook | undefined =>
  Object.hasOwn(ruleBooks, runtime) ? ruleBooks[runtime] : undefined;

/** What reads a runtime's screen by these rules. */
export function detectorFor(runtime: string, book: RuleBook | undefined): Detector | undefined {
  if (book) return book === bookOf(runtime) ? detectors[runtime] : detectorOf(book);
  return Object.hasOwn(detectors, runtime) ? detectors[runtime] : undefined;
}

/** The permission that a runtime's screen asks for, with the keys of its answers; null: none, or nothing certain. */
export function askedOnScreen(runtime: string, screen: Screen, book = bookOf(runtime)): AskedOnScreen | null {
  if (runtime === 'demo') return demoAsks(screen);
  return book ? askedOn(book, screen) : null;
}
