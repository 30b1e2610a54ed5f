import type { Bridge } from '../bridge.ts';
import type { OpenTalk } from './talks.ts';

/** Files offered for what stands behind an @. */
const MOST = 50;

/** Asks for the files that fit what is completed; an answer that comes too late is dropped. */
export function findFiles({ call, talks }: Bridge, talk: OpenTalk): void {
  const { completion } = talk.ui;
  if (!completion || asked.get(talk) === key(completion)) return;
  asked.set(talk, key(completion));
  const { query, from } = completion;
  call('agent.files', { agent: talk.agent, query, limit: MOST }).then(
    ({ files }) => {
      const now = talk.ui.completion;
      if (now?.query !== query || now.from !== from) return;
      talks.change(talk, { completion: { ...now, items: files, index: 0 } });
    },
    () => {},
  );
}

/** What was asked for last. */
const asked = new WeakMap<OpenTalk, string>();
const key = ({ query, from }: { query: string; from: number }) => `${from} ${query}`;
