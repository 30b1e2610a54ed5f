/** How a step of a flow, or an item of a batch, ended. `text`: its output as it is told; default: as JSON. `agent`: id of who did it. */
export type Done =
  | {
      outcome: 'completed';
      output: unknown;
      text?: string;
      detail?: string;
      agent?: string | null;
      cached?: boolean;
      /** Of a switch: the case, -1 the default. */
      chosen?: number;
    }
  | { outcome: 'failed' | 'timed_out' | 'cancelled'; error: string; agent?: string | null };

export const failed = (error: string): Done => ({ outcome: 'failed', error });
