import { existsSync } from 'node:fs';
import { cutMiddle } from '../../core/cut.ts';
import { unifiedOf } from '../../core/patch/unified.ts';
import { entryPath, settingsPath } from '../../util/entry.ts';
import { pathIn } from '../claude/tools.ts';
import type { Report } from '../driver.ts';
import { countOf, type Json, numberOrNull, objectOf, textOf } from '../json.ts';
import type { HookAsk } from '../types.ts';
import { atLeast } from '../version.ts';

/** How versions before merge hooks of several settings was not seen. */
const LEAST = '0.24.0';
/** Where Qwen Code looks for the settings below all others. */
const DEFAULTS =
  process.platform === 'darwin'
    ? '/Library/Application Support/QwenCode/system-defaults.json'
    : '/etc/qwen-code/system-defaults.json';

const OURS = { hooks: 'qwen.json', quiet: 'qwen-quiet.json' } as const;

/** Settings below the person's and the project's own, for this process alone; where somebody has such settings already they are left alone. */
function below(env: HookAsk['env'], which: keyof typeof OURS): Record<string, string> {
  const ours = Object.values(OURS).map(settingsPath);
  const given = env.QWEN_CODE_SYSTEM_DEFAULTS_PATH || (existsSync(DEFAULTS) ? DEFAULTS : ours[0]!);
  return ours.includes(given) ? { QWEN_CODE_SYSTEM_DEFAULTS_PATH: settingsPath(OURS[which]) } : {};
}

/**
 * The environment that makes Qwen Code report what it does: by hooks that run beside the person's and the project's own. What it asks for
 * is answered on its screen.
 */
export function qwenHooks({ env, version }: HookAsk): Record<string, string> {
  const settings = below(env, 'hooks');
  if (Object.keys(settings).length === 0 || (version !== null && !atLeast(version, LEAST))) return {};
  return { ...settings, BOOCODE_NODE: process.execPath, BOOCODE_HOOK: entryPath('hook') };
}

/**
 * The environment in which Qwen Code does not ask its model after each turn what the person types next: over ACP nobody is shown that, and
 * nobody is told of its tokens. Who wants it sets `ui.enableFollowupSuggestions`.
 */
export const qwenQuiet = (env: HookAsk['env']): Record<string, string> => below(env, 'quiet');

/** It tells of each request to its model as of a prompt, and only the person's has what was submitted. */
export const isPrompt = (told: Json): boolean => told.submitted_prompt !== undefined;

/** It is told so after each turn, also after one that ended without `Stop`: by Esc, or by an error. */
export const rests = (told: Json): boolean => told.notification_type === 'idle_prompt';

/** How full its context is, as told at the end of a turn. */
export function contextOf(told: Json): Report[] {
  const [used, size] = [numberOrNull(told.input_tokens), countOf(told.context_limit)];
  return used === null || size === 0 ? [] : [{ type: 'context', used, size }];
}

/** What it wrote, as a patch; null: nothing. */
export function writtenBy(response: unknown, cwd: string): string | null {
  const { filePath, originalContent, newContent } = objectOf(objectOf(response).returnDisplay);
  if (typeof filePath !== 'string' || typeof newContent !== 'string') return null;
  return cutMiddle(
    unifiedOf({ path: pathIn(filePath, cwd), before: textOf(originalContent) || null, after: newContent }),
  );
}
