import type { ApprovalRule } from '../../schema/approval.ts';
import { coversPath } from './paths.ts';
import { familyOf, ruleText } from './rules.ts';
import { commandParts } from './shell.ts';
import { coversWildcard, literalOf } from './wildcard.ts';

/** A rule that never decides anything, or not what it seems to. */
export interface RuleProblem {
  /** Place of the rule in the list, from 0; `key`: of its fields the one that is wrong. */
  index: number;
  key: 'runtime' | 'tool' | 'path' | 'command' | null;
  message: string;
  hint: string;
  /** Place of the earlier rule that takes everything away from it. */
  by?: number;
}

type Finding = Omit<RuleProblem, 'index'>;

/** What is wrong with each rule of a list, in the order in which they are asked. `runtimes`: ids of those there are. */
export function checkRules(rules: readonly ApprovalRule[], runtimes: readonly string[]): RuleProblem[] {
  return rules.flatMap((rule, index) => {
    const wrong = [runtimeOf(rule, runtimes), toolOf(rule), pathOf(rule), commandOf(rule)].filter(
      (one) => one !== null,
    );
    const by = rules.slice(0, index).findIndex((earlier) => covers(earlier, rule));
    const shadowed: Finding[] =
      by < 0 || wrong.length > 0
        ? []
        : [
            {
              key: null,
              message: `it can never match: an earlier rule fits all that it fits (${ruleText(rules[by]!)})`,
              hint: 'Put the narrower rule first, or remove it.',
              by,
            },
          ];
    return [...wrong, ...shadowed].map((one) => ({ index, ...one }));
  });
}

function runtimeOf({ runtime }: ApprovalRule, runtimes: readonly string[]): Finding | null {
  if (runtime === undefined || runtimes.some((id) => id === runtime || familyOf(id) === runtime)) return null;
  const hint = `There are: ${[...new Set(runtimes)].join(', ')}.`;
  return { key: 'runtime', message: `there is no runtime ${JSON.stringify(runtime)}`, hint };
}

function toolOf({ tool }: ApprovalRule): Finding | null {
  if (tool === undefined) return null;
  const [, name, inner] = /^(\w+)\((.*?)(?::\*)?\)$/.exec(tool) ?? [];
  if (name !== undefined) {
    const field = name === 'Bash' ? 'command' : 'path';
    const hint = `Write "tool": ${JSON.stringify(name)}, "${field}": ${JSON.stringify(`${inner}${field === 'command' ? ' *' : ''}`)}.`;
    return { key: 'tool', message: `${JSON.stringify(tool)} is no name of a tool`, hint };
  }
  if (tool.trim() !== '' && !/[\s|]/.test(tool)) return null;
  return {
    key: 'tool',
    message: `no tool is called ${JSON.stringify(tool)}`,
    hint: 'Give the name as its agent calls it; * stands for anything.',
  };
}

function pathOf({ path, action }: ApprovalRule): Finding | null {
  if (path === undefined) return null;
  const never = (why: string, hint: string): Finding => ({ key: 'path', message: `it can never match: ${why}`, hint });
  if (path === '' || path.endsWith('/')) return never('a file is meant', `Write "${path}**" for all files below.`);
  if (path.startsWith('!')) return never('a file that begins with "!" is meant', 'Write a rule of its own instead.');
  if (path.startsWith('./')) return never('paths have no "./" before them', `Write "${path.slice(2)}".`);
  if (action !== 'allow') return null;
  if (path.startsWith('/') || path.startsWith('~') || path.split('/').includes('..')) {
    return never('nothing outside of the agent’s folder is ever allowed', 'Write it from the agent’s folder.');
  }
  return null;
}

function commandOf({ command, action }: ApprovalRule): Finding | null {
  if (command === undefined) return null;
  if (command.trim() === '')
    return { key: 'command', message: 'it can never match: no command is empty', hint: 'Remove it.' };
  if (command !== command.trim()) {
    return {
      key: 'command',
      message: 'it can never match: commands have no spaces around them',
      hint: 'Take them out.',
    };
  }
  const literal = literalOf(command);
  if (action !== 'allow' || literal !== null) return null;
  const parts = commandParts(command.replace(/\\(.)/g, '$1'));
  if (parts?.length === 1) return null;
  const message =
    'it can never match: a command line is decided part by part, and this is not one part that is understood';
  return { key: 'command', message, hint: 'Write a rule for each part.' };
}

/** Does the earlier rule decide all that the later one could? */
function covers(earlier: ApprovalRule, later: ApprovalRule): boolean {
  const { runtime, tool, path, command } = earlier;
  if (runtime !== undefined && runtime !== later.runtime && !(later.runtime && runtime === familyOf(later.runtime))) {
    return false;
  }
  if (tool !== undefined && !(later.tool !== undefined && coversWildcard(tool, later.tool))) return false;
  if (command !== undefined && !(later.command !== undefined && coversWildcard(command, later.command))) return false;
  // What is allowed by path alone are no commands.
  if (earlier.action === 'allow' && path !== undefined && command === undefined && later.command !== undefined)
    return false;
  return path === undefined || (later.path !== undefined && coversPath(path, later.path, earlier.action !== 'allow'));
}
