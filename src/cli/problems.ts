import type { ConfigProblem } from '../schema/config.ts';

/** `FILE:3:12: worktrees.base: expected a string. Write it …` */
export function problemLine({ file, line, column, path, message, hint }: ConfigProblem): string {
  const place = [file, line, column].filter((part) => part !== null).join(':');
  return `${place}: ${path ? `${path}: ` : ''}${message}${/[.!?]$/.test(message) ? '' : '.'}${hint ? ` ${hint}` : ''}`;
}
