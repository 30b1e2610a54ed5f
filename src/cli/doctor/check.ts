import type { Context } from '../context.ts';

/** One line of `boocode doctor`. `error` means that something needed is broken; `warning` that something may surprise, `absent` that it is not there and need not be. */
export interface Finding {
  id: string;
  title: string;
  level: 'ok' | 'absent' | 'warning' | 'error';
  text: string;
  hint?: string;
}

/** Looks at one thing of the machine or the project. Never throws what a person could mend. */
export type Check = (context: Context) => Promise<Finding[]> | Finding[];
