import { cutMiddle } from '../../core/cut.ts';
import { unifiedOf } from '../../core/patch/unified.ts';
import type { ToolOutcome } from '../../schema/activity.ts';
import type { Report } from '../driver.ts';
import type { Block, ResultMeta } from './messages.ts';
import { pathIn } from './tools.ts';

interface Hunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: string[];
}
/** `tool_use_result` of what writes files. */
interface Written {
  type?: string;
  filePath?: string;
  content?: string;
  structuredPatch?: Hunk[];
}

/** What a tool's result says. `denied`: a person said no to this call. */
export function finishedOf({ block, details, meta, denied, cwd }: Finished): Extract<Report, { type: 'toolFinished' }> {
  const output = textOf(block.content);
  const outcome = outcomeOf(block, meta, denied);
  return {
    type: 'toolFinished',
    call: block.tool_use_id!,
    outcome,
    output: cutMiddle(output),
    error: outcome === 'done' ? null : cutMiddle(plain(output), ERROR_LIMIT),
    diff: diffOf(details, cwd),
    durationMs: null,
  };
}

interface Finished {
  block: Block;
  details: unknown;
  meta: ResultMeta | undefined;
  denied: boolean;
  cwd: string;
}

/** An error is read in a line or a few; the whole stands in the output. */
const ERROR_LIMIT = 2000;

function outcomeOf({ is_error }: Block, meta: ResultMeta | undefined, denied: boolean): ToolOutcome {
  if (is_error !== true) return 'done';
  if (denied || meta?.permission_decision?.decision === 'reject') return 'denied';
  // What an interrupt ended before it was answered.
  if (meta?.non_execution_kind === 'user-rejected') return 'cancelled';
  return 'failed';
}

/** What Claude Code puts around errors is meant for its model. */
const plain = (output: string) => output.replace(/^<tool_use_error>(?:Error: )?([\s\S]*)<\/tool_use_error>$/, '$1');

/** A tool's result as text; what is no text is named. */
export function textOf(content: Block['content']): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block) => (typeof block.text === 'string' ? block.text : `[${block.type}]`)).join('\n');
}

function diffOf(details: unknown, cwd: string): string | null {
  if (typeof details !== 'object' || details === null) return null;
  const { type, filePath, content, structuredPatch } = details as Written;
  if (typeof filePath !== 'string') return null;
  const path = pathIn(filePath, cwd);
  if (type === 'create' && typeof content === 'string') {
    return cutMiddle(unifiedOf({ path, before: null, after: content }));
  }
  if (!Array.isArray(structuredPatch) || structuredPatch.length === 0) return null;
  const name = path.replace(/^\/+/, '');
  return cutMiddle(`--- a/${name}\n+++ b/${name}\n${structuredPatch.map(hunkText).join('')}`);
}

const hunkText = ({ oldStart, oldLines, newStart, newLines, lines }: Hunk) =>
  `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n${lines.join('\n')}\n`;
