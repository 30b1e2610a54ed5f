import { expect, test } from 'vitest';
import { TalkFeed } from '../../../src/cockpit/control/talk/feed.ts';
import { Talk } from '../../../src/core/talk/talk.ts';
import type { RecordLine } from '../../../src/schema/event.ts';
import { lines, said, session } from '../../core/talk/sessions.ts';
import { createRandom } from '../../support/random.ts';
import { until } from '../../support/wait.ts';

/** A daemon whose answers come when the test lets them. */
function daemon(record: RecordLine[]) {
  const held: (() => void)[] = [];
  const call = ((_method: string, ask: { after: number; before: number | null; limit: number }) => {
    // As it stands when it is asked.
    const fits = record.filter(({ seq }) => seq > ask.after && (ask.before === null || seq < ask.before));
    const found = fits.slice(-ask.limit);
    const answer = { lines: found, last: record.at(-1)?.seq ?? 0, more: fits.length > found.length };
    return new Promise((resolve) => held.push(() => resolve(answer)));
  }) as never;
  const feed = new TalkFeed({ agent: 'a', call, changed() {}, words: String });
  return { feed, held, answer: () => held.shift()?.() };
}

const numbered = (count: number): RecordLine[] =>
  lines(Array.from({ length: count }, (_, n) => said(`message ${n + 1}`)));
const texts = (feed: TalkFeed) => feed.talk.items.map((item) => (item.kind === 'said' ? item.text : ''));
const all = (count: number) => Array.from({ length: count }, (_, n) => `message ${n + 1}`);

test('what comes while the first page is on its way is neither lost nor doubled', async () => {
  const whole = numbered(20);
  const record = whole.slice(0, 10);
  const { feed, answer } = daemon(record);
  for (const { seq, event } of whole.slice(8, 14)) feed.event(event, seq);
  answer();
  await until('the page is read', () => !feed.loading);
  for (const { seq, event } of whole.slice(14)) feed.event(event, seq);
  expect(texts(feed)).toEqual(all(20));
});

test('a number that is missing is asked for', async () => {
  const whole = numbered(12);
  const record = whole.slice(0, 5);
  const { feed, answer, held } = daemon(record);
  answer();
  await until('the page is read', () => !feed.loading);
  record.push(...whole.slice(5));
  feed.event(whole[11]!.event, 12);
  expect(texts(feed)).toEqual(all(5));
  expect(held).toHaveLength(1);
  answer();
  await until('all is there', () => texts(feed).length === 12);
  expect(texts(feed)).toEqual(all(12));
});

test.each([1, 2, 3, 4, 5, 6])(
  'losses of the daemon at any moment leave no gap and nothing twice (seed %d)',
  async (seed) => {
    const random = createRandom(seed);
    const whole = session(300, seed).map((line, index) => ({ ...line, seq: index + 1 }));
    const record: RecordLine[] = [];
    const { feed, answer, held } = daemon(record);
    let linked = true;
    for (const line of whole) {
      record.push(line);
      if (linked) feed.event(line.event, line.seq);
      if (random.chance(0.05)) linked = !linked;
      if (linked && random.chance(0.1)) void feed.catchUp();
      if (random.chance(0.3)) {
        answer();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    void feed.catchUp();
    await until('nothing is asked for any more', () => {
      answer();
      return held.length === 0 && feed.talk.last > 0;
    });
    const straight = new Talk();
    straight.append(whole);
    const facts = (talk: Talk) => JSON.stringify(talk.items, (key, value) => (key === 'version' ? 0 : value));
    await until('it is the same', () => {
      answer();
      return feed.talk.items.length === straight.items.length;
    });
    expect(facts(feed.talk)).toBe(facts(straight));
  },
);
