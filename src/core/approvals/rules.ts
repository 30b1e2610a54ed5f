import type { Approval, ApprovalRule } from '../../schema/approval.ts';
import { exactly, type FileAsked, isMeant, mayTouch } from './paths.ts';
import { commandParts, type Part, possibleCommands } from './shell.ts';
import { fitsWildcard, literally, literalOf } from './wildcard.ts';

/** A request with what the rules are asked about. Made from the whole of it, never from a cut copy. */
export interface Request {
  runtime: string;
  approval: Pick<Approval, 'kind' | 'tool' | 'command' | 'input' | 'cut' | 'paths'>;
  /** Its paths, in the same order, as found on the disk. */
  files: readonly FileAsked[];
}

/** What the rules say, with those that said it; none of them fits: `ask`, without rules. */
export interface Decision {
  action: ApprovalRule['action'];
  rules: ApprovalRule[];
}

/** `claude` of `claude-stream`, `claude-acp` and `claude-exec`; `codex` of `codex-app`; `demo` of `demo-chat`. */
export const familyOf = (runtime: string): string => runtime.replace(/-(stream|app|acp|exec|chat)$/, '');

/** What is decided on its own: a command of the line, else a file, else the request as a whole. */
type Unit = { part: Part } | { fragment: string } | { file: FileAsked } | { whole: true };

function unitsOf({ approval, files }: Request): Unit[] {
  if (approval.command !== null) {
    const parts = approval.cut ? null : commandParts(approval.command);
    return parts ? parts.map((part) => ({ part })) : [{ fragment: approval.command }];
  }
  return files.length > 0 ? files.map((file) => ({ file })) : [{ whole: true }];
}

/** `/usr/bin/rm -rf x` is also known as `rm -rf x`. */
const byName = (text: string) => text.replace(/^\S*\/(?=[^/\s]+(\s|$))/, '');

function fitsCommand(pattern: string, allow: boolean, unit: Unit, request: Request): boolean {
  const { command, cut } = request.approval;
  if (command === null) return false;
  // Exactly this line as a whole was looked at when the rule was written.
  if (!cut && literalOf(pattern) === command) return true;
  if ('part' in unit) {
    const { text, plain } = unit.part;
    if (allow) return fitsWildcard(pattern, text);
    // `curl * | sh` speaks of the line, everything else of one command.
    const meant = /[;&|\n]/.test(pattern) ? [command] : [text, plain, byName(plain)];
    return meant.some((one) => fitsWildcard(pattern, one));
  }
  if (!('fragment' in unit) || allow) return false;
  return [command, ...possibleCommands(command)].some((one) => fitsWildcard(pattern, one));
}

function fitsPath(pattern: string, allow: boolean, unit: Unit, { approval, files }: Request): boolean {
  if ('file' in unit) return allow ? mayTouch(pattern, unit.file) : isMeant(pattern, unit.file);
  if (!allow) return files.some((file) => isMeant(pattern, file));
  return !approval.cut && files.length > 0 && files.every((file) => mayTouch(pattern, file));
}

function fits(rule: ApprovalRule, unit: Unit, request: Request): boolean {
  const { runtime, approval } = request;
  const allow = rule.action === 'allow';
  if (rule.runtime !== undefined && rule.runtime !== runtime && rule.runtime !== familyOf(runtime)) return false;
  if (rule.tool !== undefined && !fitsWildcard(rule.tool, approval.tool)) return false;
  // Of a command line the files that it touches are not known: only the command itself can allow it.
  if (allow && rule.path !== undefined && approval.command !== null && rule.command === undefined) return false;
  if (rule.command !== undefined && !fitsCommand(rule.command, allow, unit, request)) return false;
  return rule.path === undefined || fitsPath(rule.path, allow, unit, request);
}

/**
 * What the rules say of a request. Each command of its line and each of its files is decided by the first rule that fits it;
 * one denied denies all, and all is allowed only when every one is. What asks for an answer in words is always asked.
 */
export function decideApproval(request: Request, rules: readonly ApprovalRule[]): Decision {
  if (request.approval.kind === 'question') return { action: 'ask', rules: [] };
  const found = unitsOf(request).map((unit) => rules.find((rule) => fits(rule, unit, request)));
  const by = (action: ApprovalRule['action']): Decision => {
    const rules = new Set(found.flatMap((rule) => (rule?.action === action ? [rule] : [])));
    return { action, rules: [...rules] };
  };
  if (found.some((rule) => rule?.action === 'deny')) return by('deny');
  return found.every((rule) => rule?.action === 'allow') ? by('allow') : by('ask');
}

/** What a person allowed beyond the rules of the config: it lifts their `ask`, never their `deny`. */
export function decideWithGrants(
  request: Request,
  { rules, grants }: { rules: readonly ApprovalRule[]; grants: readonly ApprovalRule[] },
): Decision {
  const decision = decideApproval(request, rules);
  if (decision.action !== 'ask') return decision;
  const granted = decideApproval(request, grants);
  return granted.action === 'allow' ? granted : decision;
}

/** Longest pattern that is written for a request of several files. */
const MAX_PATTERN = 4000;

/**
 * The rule that allows the same again: the same tool of the same kind of agent with the same command line, else with the same
 * files, else (a tool that has neither) that tool. Null where nothing so narrow can be said.
 */
export function ruleOf({ runtime, approval, files }: Request): ApprovalRule | null {
  const { kind, tool, command, cut } = approval;
  if (kind !== 'tool' || cut || tool === '') return null;
  const of = { action: 'allow' as const, runtime: familyOf(runtime), tool: literally(tool) };
  if (command !== null) return command.trim() === '' ? null : { ...of, command: literally(command) };
  if (files.length === 0) return of;
  const paths = files.map(({ named }) => named);
  if (paths.some((path) => path === null)) return null;
  const each = [...new Set(paths as string[])].map(exactly);
  const path = each.length === 1 ? each[0]! : `{${each.join(',')}}`;
  return path.length > MAX_PATTERN ? null : { ...of, path };
}

/** A rule in one line, as it is recorded and as `config check` names it. */
export function ruleText({ action, runtime, tool, path, command }: ApprovalRule): string {
  const parts = Object.entries({ runtime, tool, path, command }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${JSON.stringify(value)}`],
  );
  return parts.length === 0 ? `${action} everything` : `${action} ${parts.join(', ')}`;
}
