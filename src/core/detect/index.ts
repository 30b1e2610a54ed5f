import { detectDemo } from './demo.ts';
import type { Detector } from './types.ts';

/** Runtime id ▶ the rule that reads its screen. A runtime without one is judged by what every terminal shows. */
export const detectors: Readonly<Record<string, Detector>> = { demo: detectDemo };
