import type { AskedOnScreen } from './read.ts';
import type { Detected, Detector, Screen } from './types.ts';

/**
 * The last line of the demo agent's screen (written by src/demo/screen): its state is the first word, so that a narrow
 * terminal cuts the name and not what matters.
 */
const FOOTER = /^(ready|working|asks|waits) · demo agent\b/;

/** What each first word means. */
const MEANING: Record<string, Detected> = {
  ready: { state: 'idle', detail: 'its last line says ready' },
  working: { state: 'running', detail: 'its last line says working' },
  asks: { state: 'waiting', detail: 'it asks y/n', waitingFor: 'approval' },
  waits: { state: 'waiting', detail: 'it waits for what comes next', waitingFor: 'input' },
};

/** Only the footer below the input line, where the cursor is, counts: the same words further up are a quotation. */
export const detectDemo: Detector = ({ lines, cursor }) => {
  const last = lines.findLastIndex((line) => line !== '');
  const word = FOOTER.exec(lines[last] ?? '')?.[1];
  if (word === undefined || cursor.y !== last - 1) return null;
  const meaning = MEANING[word]!;
  if (word !== 'asks') return meaning;
  const question = /^\? (.+)$/.exec(lines[last - 2] ?? '')?.[1];
  return question === undefined ? meaning : { ...meaning, detail: `it asks: ${question}` };
};

/** Its y/n question, with the row it stands on. */
export function demoAsks(screen: Screen): AskedOnScreen | null {
  if (detectDemo(screen)?.waitingFor !== 'approval') return null;
  const y = screen.lines.findLastIndex((line) => line !== '') - 2;
  const question = /^\? (.+)$/.exec(screen.lines[y] ?? '')?.[1];
  if (question === undefined) return null;
  const command = /^Run (.+)\? \(y\/n\)$/.exec(question)?.[1] ?? null;
  return {
    tool: command === null ? 'question' : 'Bash',
    command,
    paths: [],
    whole: command !== null,
    shown: question,
    keys: { once: ['y'], deny: ['n'] },
    region: { top: y, bottom: y },
    identity: question,
  };
}
