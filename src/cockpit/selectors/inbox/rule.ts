import type { InboxEntry } from '../../store/inbox.ts';

/** The rule that allows the same request again, as it is written into the config. */
export function ruleShown({ agent, approval }: InboxEntry & { approval: NonNullable<InboxEntry['approval']> }): string {
  const { command, paths, tool } = approval;
  const folder = `${agent.worktree ?? agent.cwd}/`;
  const path = paths.length === 1 ? paths[0]! : null;
  const rule = {
    ...{ action: 'allow', runtime: agent.runtime.replace(/-(stream|app|acp|exec|chat)$/, ''), tool },
    ...(command !== null
      ? { command }
      : path !== null && { path: path.startsWith(folder) ? path.slice(folder.length) : path }),
  };
  return JSON.stringify(rule, null, 2);
}
