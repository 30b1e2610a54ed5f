import { setTimeout as delay } from 'node:timers/promises';
import type { Turn } from '../../../schema/trace.ts';
import type { Bridge } from '../bridge.ts';
import type { TalkFeed } from './feed.ts';

/** How often it is looked whether the first page has come, and how often at most; in milliseconds. */
const LOOK_MS = 10;
const LOOKS = 500;

/** Reads back until this event of the record is known; false: it cannot be had. */
async function reaches(feed: TalkFeed, seq: number): Promise<boolean> {
  for (let n = 0; feed.loading && n < LOOKS; n++) await delay(LOOK_MS);
  while (feed.talk.first > seq && feed.hasOlder) {
    const { first } = feed.talk;
    await feed.older();
    if (feed.talk.first === first) break;
  }
  return feed.talk.first <= seq;
}

/** Moves the conversation with a turn's agent to where the turn begins, however far back that is. */
export async function talkTo({ talks, store }: Bridge, { agent, name, seq, turn }: Turn): Promise<void> {
  const talk = talks.of(agent);
  if (!(await reaches(talk.feed, seq))) {
    return store.say('warning', `Turn ${turn} of ${name} could not be read from its record.`);
  }
  const { items } = talk.feed.talk;
  // What was sent stands where it was sent, which may be before its turn began.
  const found = items.findLast((one) => one.kind === 'prompt' && one.turn === turn);
  const key = found?.key ?? `#${seq}`;
  talks.change(talk, { top: { key, row: 0 }, chosen: key });
}
