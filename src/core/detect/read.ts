import type { Asking, Detected, Detector, RuleBook, Screen, ScreenRule, Zone } from './types.ts';
import { flat } from './zones.ts';

/** What one rule found, for people who ask why. */
export interface Tried {
  rule: string;
  /** Null: it does not hold. */
  says: Detected['state'] | null;
  /** What it saw, or why it does not hold. */
  saw: string;
}

/** Why a rule does not hold, or null when it does. */
function misses(rule: ScreenRule, zone: Zone | null, title: string): string | null {
  if (rule.in !== 'any' && zone?.kind !== rule.in) {
    if (zone === null) return NO_ZONE;
    return rule.in === 'input' ? 'a dialog stands where its input line was' : 'no dialog of its own is open';
  }
  for (const part of ['title', 'text', 'foot', 'head'] as const) {
    const value = part === 'title' ? title.trim() : (zone?.[part] ?? '');
    const [wanted, refused] = [rule[part], rule.not?.[part]];
    if (wanted && !wanted.test(value)) return `${PARTS[part]} ${JSON.stringify(brief(value))} does not say so`;
    if (refused?.test(value)) return `${PARTS[part]} ${JSON.stringify(brief(value))} speaks against it`;
  }
  return null;
}
const NO_ZONE = 'neither its input line nor a dialog of its own was found';
const PARTS = { title: 'the title', text: 'the text', foot: 'what stands below', head: 'what stands above' };
/** A quotation of this many characters is enough to recognise it. */
const brief = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function said(rule: ScreenRule, zone: Zone | null): Detected {
  const detail = rule.says === 'waiting' && zone?.asks ? `${rule.detail}: ${zone.asks}` : rule.detail;
  const { says: state, waitingFor, forMs } = rule;
  return { state, detail, ...(waitingFor && { waitingFor }), ...(forMs !== undefined && { forMs }) };
}

/** The detector of a rule book: the first rule that holds, decides. */
export function detectorOf(book: RuleBook): Detector {
  return (screen) => {
    const zone = book.zone(screen);
    const rule = book.rules.find((one) => misses(one, zone, screen.title) === null);
    return rule ? said(rule, zone) : null;
  };
}

/** Every rule of a book on one screen, in their order. */
export function tryRules(book: RuleBook, screen: Screen): Tried[] {
  const zone = book.zone(screen);
  return book.rules.map((rule) => {
    const why = misses(rule, zone, screen.title);
    return {
      rule: `${book.agent}.${rule.id}`,
      says: why === null ? rule.says : null,
      saw: why ?? said(rule, zone).detail,
    };
  });
}

/** A dialog for a permission that stands on a screen now. */
export interface AskedOnScreen extends Asking {
  region: { top: number; bottom: number };
  /** The same for the same dialog, whatever is selected in it. */
  identity: string;
}

const FRAME = /^ *[╭╰](─+)[╮╯]$/;

/** What a dialog with a frame inside says, without the frame and wherever it wraps; null: it has none. */
function framed(identity: string): { width: number; text: string } | null {
  const rows = identity.split('\n');
  const width = rows.flatMap((row) => FRAME.exec(row)?.[1]?.length ?? [])[0];
  if (width === undefined) return null;
  // What stands above the frame of a command says it again, cut to the width.
  const from = /Allow execution of \[/.test(flat(rows)) ? rows.findIndex((row) => FRAME.test(row)) : 0;
  const texts = rows.filter((row, y) => y >= from && !FRAME.test(row)).map((row) => row.replace(/^ *│|│$/g, ''));
  return { width, text: flat(texts) };
}

/** Whether two identities are of one dialog that was drawn at two widths: its frame grew or shrank, and every word of it stayed. */
export function isRedrawn(before: string, now: string): boolean {
  const [old, drawn] = [framed(before), framed(now)];
  return old !== null && drawn !== null && old.width !== drawn.width && old.text === drawn.text;
}

/** What a screen asks to allow, with the answers that its dialog takes; null: nothing, or nothing that is certain. */
export function askedOn(book: RuleBook, screen: Screen): AskedOnScreen | null {
  const zone = book.zone(screen);
  const rule = book.rules.find((one) => misses(one, zone, screen.title) === null);
  if (rule?.waitingFor !== 'approval' || zone?.rows === undefined) return null;
  const asking = book.asking?.(zone.rows);
  if (!asking) return null;
  const identity = zone.rows.map((row) => row.replace(/^(\s*)[❯›●]/, '$1 ').trimEnd()).join('\n');
  return { ...asking, region: { top: zone.top!, bottom: zone.bottom! }, identity };
}
