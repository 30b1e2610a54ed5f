import type { AgentEvent } from '../schema/event.ts';
import { checkWords } from './autofix/words.ts';

/** Lines of a tool's output that stand in the transcript; the whole is in the record. */
const MOST_LINES = 20;
const DIM = '\x1b[2m';
const BOLD = '\x1b[1m';
const RED = '\x1b[31m';
const PLAIN = '\x1b[0m';

/** Text of others for a screen: lines and tabs stay, whatever would act on a terminal does not. */
export const inert = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '');

const styled = (style: string, text: string): string =>
  inert(text)
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => (line === '' ? '' : `${style}${line}${PLAIN}`))
    .join('\n');

function short(text: string): string {
  const lines = inert(text).replace(/\n+$/, '').split('\n');
  const rest = lines.length - MOST_LINES;
  return [...lines.slice(0, MOST_LINES), ...(rest > 0 ? [`… ${rest} more ${rest === 1 ? 'line' : 'lines'}`] : [])]
    .map((line) => `  ${line}`)
    .join('\n');
}

/**
 * What an event of a structured agent looks like on the screen that it does not have: the text that is searched, printed and kept as its
 * history. Lines end with LF; the only control sequences are colours. Null: it is not shown.
 */
export function transcriptOf(event: AgentEvent): string | null {
  switch (event.type) {
    case 'turnStarted':
      return event.prompt === null ? null : `${styled(BOLD, `> ${event.prompt}`)}\n`;
    case 'said':
      // What a command printed has come line by line already.
      return event.who === 'user' || event.plain ? null : `${inert(event.text).replace(/\n+$/, '')}\n`;
    case 'thought':
      return `${styled(DIM, event.text)}\n`;
    case 'toolStarted':
      return `${styled(BOLD, `● ${event.title}`)}\n`;
    case 'toolFinished': {
      const text = event.error ?? event.output;
      const ended = event.outcome === 'done' ? '' : `${styled(RED, `  ${event.outcome}`)}\n`;
      return text.trim() === '' ? ended || null : `${ended}${styled(DIM, short(text))}\n`;
    }
    case 'planned':
      return `${event.entries.map(({ text, status }) => `${MARKS[status]} ${inert(text)}`).join('\n')}\n`;
    case 'asked':
      return `${styled(BOLD, `? ${event.approval.title}`)}\n`;
    case 'troubled':
      return `${styled(RED, event.trouble.message)}\n`;
    case 'turnEnded':
      return event.outcome === 'completed'
        ? null
        : `${styled(RED, `${event.outcome}${event.message ? `: ${event.message}` : ''}`)}\n`;
    case 'checkBegan':
    case 'checkEnded': {
      const words = checkWords(event);
      return words && `${styled(words.level === 'info' ? DIM : RED, words.text)}\n`;
    }
    case 'raw':
      return event.why === 'text' ? `${styled(DIM, event.text)}\n` : null;
    default:
      return null;
  }
}
const MARKS = { pending: '☐', running: '◐', done: '☑' };
