import type { Activity } from '../../schema/event.ts';
import type { RunSummary, StepCounts } from '../../schema/run.ts';

/** What the process of a run tells of it. */
export type RunEvent = Extract<Activity, { type: 'runBegan' | 'step' | 'phase' | 'noted' | 'runEnded' }>;

export const NO_STEPS: StepCounts = { known: 0, running: 0, done: 0, failed: 0, skipped: 0, cached: 0 };

/** The summary of a run after one of its events; a run that is taken up again goes on from where it was. */
export function summaryAfter(summary: RunSummary | undefined, event: RunEvent): RunSummary | undefined {
  if (event.type === 'runBegan') {
    const { workflow, form } = event;
    return summary ? { ...summary, outcome: null } : { workflow, form, phase: null, outcome: null, steps: NO_STEPS };
  }
  if (!summary) return summary;
  switch (event.type) {
    case 'step':
      return { ...summary, steps: event.counts };
    case 'phase':
      return { ...summary, phase: event.title };
    case 'runEnded':
      return { ...summary, outcome: event.outcome };
    case 'noted':
      return summary;
  }
}
