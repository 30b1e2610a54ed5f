import type { Asking } from './types.ts';
import { flat } from './zones.ts';

const DASHES = /^ ?╌{8,}$/;
const OPTION = /^\s*(?:[❯›●]\s*)?(\d)\. (.*)$/;

/** Numbered answers with what wraps below them, and the row at which they begin. */
function optionsIn(rows: readonly string[]): { at: number; options: { key: string; text: string }[] } {
  const at = rows.findIndex((row) => OPTION.test(row));
  const options: { key: string; text: string }[] = [];
  for (const row of at < 0 ? [] : rows.slice(at)) {
    const [, key, text] = OPTION.exec(row) ?? [];
    if (key !== undefined) options.push({ key, text: text!.trim() });
    else if (row.trim() === '') break;
    else options.at(-1)!.text += ` ${row.trim()}`;
  }
  return { at, options };
}

/** The keys of the answers that are known for what they are; null where either is missing. */
function keysOf(rows: readonly string[], once: RegExp, deny: RegExp): { at: number; keys: Asking['keys'] } | null {
  const { at, options } = optionsIn(rows);
  const allow = options.filter(({ text }) => once.test(text));
  const refuse = options.filter(({ text }) => deny.test(text));
  if (allow.length !== 1 || refuse.length !== 1) return null;
  return { at, keys: { once: [allow[0]!.key], deny: [refuse[0]!.key] } };
}

/**
 * The keys of answers without numbers, which Enter takes once an arrow has selected them: they count only as long as the dialog looks
 * as it was drawn.
 */
function arrowsOf(rows: readonly string[], once: RegExp, deny: RegExp): Pick<Asking, 'keys' | 'asDrawn'> | null {
  const end = rows.findIndex((row) => row.trim() === '');
  const answers = rows.slice(0, end < 0 ? rows.length : end).map((row) => row.trim());
  const selected = answers.findIndex((row) => row.startsWith('❯ '));
  const named = answers.map((row) => row.replace(/^❯ /, ''));
  const [allow, refuse] = [once, deny].map((text) => named.findIndex((row) => text.test(row)));
  if (selected < 0 || named.length !== 2 || allow! < 0 || refuse! < 0) return null;
  const way = allow === selected ? [] : [allow! < selected ? 'Up' : 'Down'];
  return { keys: { once: [...way, 'Enter'], deny: ['Escape'] }, asDrawn: ['once'] };
}

const texts = (rows: readonly string[]) => rows.map((row) => row.trim()).filter((row) => row !== '');
const cutOff = (text: string) => /…|\.\.\.$/.test(text);
const none = { command: null, paths: [] as string[], whole: false, shown: '' };

/** A command on one row stands there whole; of one on several it is not known where its own lines end. */
const commandOn = (rows: readonly string[]): Pick<Asking, 'command' | 'whole'> => {
  const lines = texts(rows);
  return { command: lines.join('\n'), whole: lines.length === 1 && !cutOff(lines[0]!) };
};

const fileOn = (rows: readonly string[]): Pick<Asking, 'paths' | 'whole'> => {
  const path = texts(rows).join('');
  const known = path !== '' && !path.startsWith('…');
  return { paths: known ? [path] : [], whole: known && texts(rows).length === 1 && !cutOff(path) };
};

const CLAUDE_TOOLS: Record<string, string> = {
  'Bash command': 'Bash',
  'Create file': 'Write',
  'Overwrite file': 'Write',
  'Edit file': 'Edit',
};

export function askingClaude(rows: readonly string[]): Asking | null {
  const question = rows.findIndex((row) => /^ ?(Do you want to |Would you like to proceed)/.test(row));
  const found =
    keysOf(rows, /^Yes$/, /^No(, and tell Claude .*)?$/) ?? arrowsOf(rows.slice(question + 1), /^Yes$/, /^No$/);
  if (!found || question < 0) return null;
  const body = rows.slice(0, question);
  const heading = body.findIndex((row) => row.trim() !== '');
  const head = body[heading]?.trim() ?? '';
  const tool = CLAUDE_TOOLS[head] ?? head;
  const dashes = body.flatMap((row, y) => (DASHES.test(row) ? [y] : []));
  const [first, second] = dashes;
  const answers = { keys: found.keys, ...('asDrawn' in found && { asDrawn: found.asDrawn }) };
  if (first === undefined) {
    // The description follows the command, and nothing tells where the one ends and the other begins.
    const lines = texts(body.slice(heading + 1));
    return {
      tool,
      ...none,
      ...(tool === 'Bash' && { command: lines.join('\n') }),
      shown: lines.join('\n'),
      ...answers,
    };
  }
  const inner = body.slice(first + 1, second);
  const shown = inner.map((row) => row.replace(/^ /, '')).join('\n');
  if (tool === 'Bash') {
    const about = texts(body.slice(heading + 1, first)).filter((row) => !/^Tip: |^below$/.test(row));
    return { tool, ...none, ...commandOn(inner), shown: about.join('\n'), ...answers };
  }
  return { tool, ...none, ...fileOn(body.slice(heading + 1, first)), shown, ...answers };
}

export function askingCodex(rows: readonly string[]): Asking | null {
  const found = keysOf(rows, /^Yes, proceed \(y\)$/, /^No, and tell Codex .*\(esc\)$/);
  if (!found) return null;
  const keys = { once: ['y'], deny: ['Escape'] };
  const body = rows.slice(0, found.at);
  const dollar = body.findIndex((row) => /^ {2}\$ /.test(row));
  const shown = flat(body.filter((row) => /^ {2}(Reason|Environment|Description): /.test(row)));
  if (dollar >= 0) {
    const command = body.slice(dollar).map((row, y) => (y === 0 ? row.replace(/^ {2}\$ /, '') : row));
    return { tool: 'command', ...none, ...commandOn(command), shown, keys };
  }
  const file = body.findIndex((row) => /^ {2}Destination:/.test(row));
  if (file < 0) return null;
  const named = [body[file]!.replace(/^ {2}Destination: ?/, ''), ...body.slice(file + 1)];
  return { tool: 'edit', ...none, ...fileOn(named), shown, keys };
}

const inBox = (row: string) => row.replace(/^\s*│ ?/, '').replace(/ ?│\s*$/, '');

export function askingGemini(rows: readonly string[]): Asking | null {
  const found = keysOf(rows, /^Allow once$/, /^No, suggest changes \(esc\)$/);
  const head = rows.findIndex((row) => /^\? \S/.test(row.trim()));
  if (!found || head < 0) return null;
  const { keys } = found;
  const [, tool = '', about = ''] = /^\? (\S+) *(.*)$/.exec(rows[head]!.trim()) ?? [];
  const top = rows.findIndex((row) => /^╭─+╮$/.test(row.trim()));
  const end = rows.findIndex((row) => /^╰─+╯$/.test(row.trim()));
  const box = top >= 0 && end > top ? rows.slice(top + 1, end).map(inBox) : [];
  // A narrow terminal glues the tool to what follows it in the first row.
  const runs = /Allow execution of \[([^\]]+)\]/.exec(flat(rows))?.[1];
  if (runs !== undefined && box.length > 0) return { tool: runs, ...none, ...commandOn(box), keys };
  const shown = box.join('\n').trimEnd();
  const file = /^Writing to (.+)$/.exec(about)?.[1] ?? /^(\S+): /.exec(about)?.[1] ?? '';
  return { tool, ...none, ...fileOn([file]), whole: false, shown, keys };
}

export function askingOpencode(rows: readonly string[]): Asking | null {
  const lines = texts(rows);
  const answers = lines.findIndex((row) => /^Allow once +Allow always +Reject\b/.test(row));
  if (!/^△ Permission required/.test(lines[0] ?? '') || answers < 0) return null;
  const head = lines[1] ?? '';
  // Enter takes what is selected, at first the first one; Escape rejects whatever is.
  const keys = { once: ['Enter'], deny: ['Escape'] };
  const common = { ...none, keys, asDrawn: ['once' as const] };
  const dollar = rows.findIndex((row) => /^ *\$ /.test(row));
  if (dollar >= 0) {
    const end = rows.findIndex((row, y) => y > dollar && row.trim() === '');
    const command = rows.slice(dollar, end).map((row, y) => (y === 0 ? row.replace(/^ *\$ /, '') : row));
    return { tool: 'bash', ...common, ...commandOn(command) };
  }
  const [, verb = '', file = ''] = /^[→←] (\w+) (.+)$/.exec(head) ?? [];
  const shown = lines.slice(2, answers).join('\n');
  return verb === ''
    ? { tool: head.replace(/^# /, ''), ...common, shown }
    : { tool: verb.toLowerCase(), ...common, ...fileOn([file]), shown };
}

export function askingQwen(rows: readonly string[]): Asking | null {
  const found = keysOf(rows, /^Yes, allow once$/, /^No, suggest changes \(esc\)$/);
  const tool = /^\s*\? (\S+) /.exec(rows[0] ?? '')?.[1];
  if (!found || tool === undefined) return null;
  const { keys } = found;
  const blank = rows.findIndex((row) => row.trim() === '');
  const question = rows.findIndex((row) => /^ *(Allow execution of|Apply this change\?|Do you want to )/.test(row));
  const inner = rows.slice(blank + 1, question < 0 ? found.at : question);
  if (tool === 'Shell') {
    // Where it wraps, it loses words: whole is what its heading says as well.
    const { command, whole } = commandOn(inner);
    const heading = flat(rows.slice(0, blank));
    return { tool, ...none, command, whole: whole && heading.startsWith(`? Shell ${command} `), shown: heading, keys };
  }
  const file = /^\s*\? \S+ (?:Writing to )?(.+?) ?←?$/.exec(flat(rows.slice(0, blank)))?.[1] ?? '';
  return { tool, ...none, ...fileOn([file]), whole: false, shown: inner.join('\n').trimEnd(), keys };
}
