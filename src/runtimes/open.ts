import type { AgentEvent } from '../schema/event.ts';
import type { Report } from './driver.ts';

/** What of an agent is not over yet: its turn, tool calls, requests. Learned from its reports, as they are made or from the record. */
export class Open {
  /** Number of the last turn that began, over all lives. */
  turn = 0;
  running = false;
  /** Newest last. */
  readonly tools = new Set<string>();
  readonly approvals = new Set<string>();

  constructor(past: readonly AgentEvent[] = []) {
    for (const event of past) this.note(event);
  }

  note(event: Report | AgentEvent): void {
    switch (event.type) {
      case 'turnStarted':
        this.turn = event.turn;
        this.running = true;
        break;
      case 'turnEnded':
        this.running = false;
        break;
      case 'toolStarted':
        this.tools.add(event.call);
        break;
      case 'toolFinished':
        this.tools.delete(event.call);
        break;
      case 'asked':
        this.approvals.add(event.approval.id);
        break;
      case 'answered':
        this.approvals.delete(event.id);
        break;
      case 'restarted':
        this.running = false;
        this.tools.clear();
        this.approvals.clear();
        break;
    }
  }

  /** Reports that close all of it, for an end in the middle of a turn: `why` in a sentence. */
  close(outcome: 'interrupted' | 'failed', why: string): Report[] {
    const reports: Report[] = [
      ...[...this.approvals].map((id) => ({
        type: 'answered' as const,
        id,
        answer: null,
        by: { who: 'withdrawn' as const, detail: why },
      })),
      ...[...this.tools].map((call) => ({
        type: 'toolFinished' as const,
        call,
        outcome: 'cancelled' as const,
        output: '',
        error: why,
        diff: null,
        durationMs: null,
      })),
    ];
    if (this.running) {
      reports.push({ type: 'turnEnded', turn: this.turn, outcome, message: why, durationMs: null });
    }
    for (const report of reports) this.note(report);
    return reports;
  }
}
