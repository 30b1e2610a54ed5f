import type { ToolKind } from '../../schema/activity.ts';
import type { Approval } from '../../schema/approval.ts';
import type { Capability } from '../../schema/workflow.ts';

const OF_KIND: Partial<Record<ToolKind, Capability | null>> = {
  read: 'read',
  search: 'read',
  edit: 'edit',
  execute: 'execute',
  fetch: 'fetch',
  // What it starts asks for itself.
  agent: null,
};

/** Names of tools whose kind nobody told; what is named otherwise could do anything. */
const BY_NAME: readonly [RegExp, Capability][] = [
  [/bash|shell|exec|command|terminal|permission/i, 'execute'],
  [/edit|write|patch|replace|filechange|create|delete|move/i, 'edit'],
  [/fetch|browse|http|web/i, 'fetch'],
  [/read|grep|glob|search|list|view/i, 'read'],
];

/**
 * What an agent must be able to do for what it asks; null: nothing, or it is no matter of this (a question, a plan). `kind`: of the tool
 * call it is about, where that is known. Of a tool that is not known: `execute`, since it could do anything.
 */
export function capabilityOf(
  { kind, tool, command, diff }: Pick<Approval, 'kind' | 'tool' | 'command' | 'diff'>,
  called: ToolKind | null,
): Capability | null {
  if (kind !== 'tool') return null;
  if (command !== null) return 'execute';
  const known = called === null ? undefined : OF_KIND[called];
  if (known !== undefined) return known;
  if (diff !== null) return 'edit';
  return BY_NAME.find(([name]) => !tool.startsWith('mcp__') && name.test(tool))?.[1] ?? 'execute';
}
