import type { Item } from '../../../core/talk/items.ts';
import { plural } from '../../views/numbers.ts';
import type { Bridge } from '../bridge.ts';
import type { Standing } from './move.ts';
import type { OpenTalk } from './talks.ts';

/** Most that is put into a clipboard, in UTF-16 units: terminals drop longer OSC 52 sequences without a word. */
const MOST = 500_000;

/** The chosen entry into the clipboard, else the newest message. Once more: the last block of code in it alone. */
export function copyEntry({ terminal, talks, store }: Bridge, talk: OpenTalk, { ui, entries }: Standing) {
  const chosen = entries.find(({ item }) => item.key === ui.chosen)?.item;
  const item = chosen ?? entries.findLast(({ item: one }) => one.kind === 'said' && one.who === 'agent')?.item;
  if (!item) return talks.change(talk, { note: 'There is nothing to copy yet.' });
  const whole = copied(item);
  const code = item.kind === 'said' ? lastCode(whole) : null;
  const again = code !== null && talk.ui.note?.startsWith(COPIED_ALL);
  const text = again ? code : whole;
  if (text.length > MOST) return store.say('warning', 'That is more than a clipboard takes through a terminal.');
  terminal.copy(text);
  const size = plural(text.split('\n').length, 'line');
  const more = code !== null && !again ? '; y again: its code alone' : '';
  talks.change(talk, { chosen: item.key, note: `${again ? 'Copied the code' : COPIED_ALL}: ${size}${more}.` });
}

const COPIED_ALL = 'Copied';

function copied(item: Item): string {
  switch (item.kind) {
    case 'tool':
      return [item.title, item.diff, item.output, item.error].filter(Boolean).join('\n');
    case 'plan':
      return item.entries.map(({ text, status }) => `- [${status === 'done' ? 'x' : ' '}] ${text}`).join('\n');
    case 'raw':
      return item.lines.join('\n');
    case 'approval':
      return item.approval.command ?? item.approval.diff ?? item.approval.input;
    case 'end':
      return item.message ?? `turn ${item.turn}`;
    default:
      return item.text;
  }
}

const lastCode = (text: string): string | null =>
  [...text.matchAll(/^ *(`{3,}|~{3,})[^\n]*\n([\s\S]*?)^ *\1/gm)].at(-1)?.[2]?.replace(/\n$/, '') ?? null;
