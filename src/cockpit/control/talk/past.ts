import type { Bridge } from '../bridge.ts';
import type { OpenTalk } from './talks.ts';

/** Prompts that one can go back to. */
const MOST = 200;

/** What was asked before, newest first, each once: of this agent, then what the project's other agents were begun with. */
export function pastPrompts({ store }: Pick<Bridge, 'store'>, talk: OpenTalk): string[] {
  const own = talk.feed.talk.items.flatMap((item) => (item.kind === 'prompt' && item.text.trim() ? [item.text] : []));
  const others = Object.values(store.getState().data.project?.agents ?? {})
    .filter(({ id, prompt }) => id !== talk.agent && prompt)
    .sort((a, b) => a.createdAt - b.createdAt)
    .map(({ prompt }) => prompt!);
  return [...new Set([...others, ...own].reverse())].slice(0, MOST);
}
