import type { Item } from '../../../core/talk/items.ts';
import type { Bridge } from '../bridge.ts';
import { type Standing, shown } from './move.ts';
import type { OpenTalk } from './talks.ts';

/** What of an item can be found: also what is folded away. */
function textsOf(item: Item): string[] {
  switch (item.kind) {
    case 'prompt':
    case 'said':
    case 'thought':
    case 'notice':
      return [item.text];
    case 'tool':
      return [
        item.tool,
        item.title,
        item.input,
        item.output,
        item.error ?? '',
        item.diff ?? '',
        ...item.children.flatMap(textsOf),
      ];
    case 'plan':
      return item.entries.map(({ text }) => text);
    case 'end':
      return [item.message ?? ''];
    case 'raw':
      return [...item.lines];
    case 'approval':
      return [item.approval.tool, item.approval.title, item.approval.input];
  }
}

const holds = (item: Item, wanted: string): boolean =>
  textsOf(item).some((text) => text.toLowerCase().includes(wanted));

/** While the pattern is written: to the newest entry that has it, at or above what is in sight. */
export function find(bridge: Bridge, talk: OpenTalk, at: Standing) {
  const last = at.sight.spots.at(-1)?.index ?? at.entries.length - 1;
  go(bridge, talk, at, last + 1, -1);
}

/** From the chosen entry to the next or previous one that has what is looked for. */
export function nextFound(bridge: Bridge, talk: OpenTalk, at: Standing, by: 1 | -1) {
  const chosen = at.entries.findIndex(({ item }) => item.key === at.ui.chosen);
  const edge = by > 0 ? (at.sight.spots[0]?.index ?? 0) - 1 : (at.sight.spots.at(-1)?.index ?? 0) + 1;
  go(bridge, talk, at, chosen >= 0 ? chosen : edge, by);
}

function go({ talks }: Bridge, talk: OpenTalk, at: Standing, from: number, by: 1 | -1) {
  const wanted = talk.ui.find.text.toLowerCase();
  if (wanted === '') return talks.change(talk, { note: 'Nothing is looked for yet: / begins that.' });
  const { entries } = at;
  const count = entries.length;
  for (let step = 1; step <= count; step++) {
    const index = (((from + by * step) % count) + count) % count;
    if (!holds(entries[index]!.item, wanted)) continue;
    return talks.change(talk, { ...shown(at, index, -1), chosen: entries[index]!.item.key, note: null });
  }
  const beyond = talk.feed.hasOlder ? ' in what is loaded; further up is more' : '';
  talks.change(talk, { note: `Nothing matches "${talk.ui.find.text}"${beyond}.` });
}
