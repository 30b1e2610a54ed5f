import { since } from '../../cockpit/views/numbers.ts';
import { inert } from '../../core/transcript.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { RunStep } from '../../schema/run.ts';
import type { Paint, Style } from '../print.ts';
import { glyphOf, stepCell } from './text.ts';

/** One line of what happens in a run. */
export interface RunLine {
  at: number;
  kind: 'began' | 'phase' | 'step' | 'log' | 'warn' | 'error' | 'ended';
  /** Without colours; one line. */
  text: string;
  style: Style | null;
  /** Of a step: its id and status. */
  step?: { id: string; status: RunStep['status'] };
}

const ENDED = { completed: 'completed', failed: 'failed', cancelled: 'was cancelled', timed_out: 'ran out of time' };
const NOTED = { log: '', warn: '! ', error: '✖ ' } as const;
const clean = (text: string) => inert(text).replace(/\s*\n\s*/g, ' ');

/** Makes lines of a run's events, in their order: what begins, what ends, what is said; a step that only waits is none. */
export class RunFeed {
  #began = 0;
  readonly #told = new Map<string, { status: RunStep['status']; attempt: number; startedAt: number }>();

  line(event: AgentEvent): RunLine | null {
    const { at } = event;
    switch (event.type) {
      case 'runBegan':
        this.#began += 1;
        return { at, kind: 'began', style: 'dim', text: `${event.workflow} ${this.#began > 1 ? 'goes on' : 'begins'}` };
      case 'phase':
        return { at, kind: 'phase', style: 'bold', text: clean(event.title) };
      case 'noted':
        return {
          at,
          kind: event.level,
          style: event.level === 'log' ? null : 'yellow',
          text: NOTED[event.level] + clean(event.text),
        };
      case 'step':
        return this.#step(event.step, at);
      case 'runEnded': {
        const why = event.error === null || event.outcome === 'cancelled' ? '' : `: ${clean(event.error)}`;
        const style = event.outcome === 'completed' ? 'green' : 'red';
        return {
          at,
          kind: 'ended',
          style,
          text: `it ${ENDED[event.outcome]}${why}${event.place ? ` (${event.place})` : ''}`,
        };
      }
      default:
        return null;
    }
  }

  #step({ id, label, status, attempt, cached, detail }: RunStep, at: number): RunLine | null {
    const before = this.#told.get(id);
    if (status === 'pending' || (before?.status === status && before.attempt === attempt)) return null;
    const startedAt = before?.attempt === attempt ? before.startedAt : at;
    this.#told.set(id, { status, attempt, startedAt });
    const parts = [
      `${glyphOf(status)} ${clean(label)}`,
      status === 'running' && attempt > 1 && `again (${attempt})`,
      status !== 'running' && before && since(at - startedAt),
      cached && 'cached',
      status !== 'running' && detail !== null && clean(detail),
    ];
    const text = parts.filter(Boolean).join('  ');
    return { at, kind: 'step', style: stepCell(status).style, text: `  ${text}`, step: { id, status } };
  }
}

/** A line on a terminal; its glyph alone has the step's colour. */
export function painted({ kind, text, style }: RunLine, paint: Paint): string {
  if (style === null) return text;
  if (kind !== 'step') return paint(style, text);
  return `  ${paint(style, text.slice(2, 3))}${text.slice(3)}`;
}
