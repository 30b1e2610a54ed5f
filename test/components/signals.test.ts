import { afterEach, expect, test } from 'vitest';
import { createSignals } from '../../src/cockpit/control/signals.ts';
import { defaultConfig } from '../../src/storage/config.ts';
import { until } from '../support/wait.ts';
import { drawn } from './cockpit.ts';
import { project } from './sample.ts';

let open: ReturnType<typeof drawn>;
let signals: ReturnType<typeof createSignals>;
afterEach(() => {
  signals.close();
  open.close();
});

const notification = (agent: string, text: string) => ({ agent, kind: 'notify' as const, title: '', text });
function start(apartMs: number) {
  open = drawn({ cols: 80, rows: 24 }, { ...project(), config: defaultConfig });
  signals = createSignals(open.cockpit.bridge, { ring() {}, outer: '' }, apartMs);
  return () => open.store.getState().ui.messages.map(({ text }) => text);
}

test('an agent that notifies without end is heard at once and then with its newest, beside others', async () => {
  const messages = start(100);
  for (let n = 0; n < 500; n++) signals.take(notification('id-docs', `news ${n}`));
  signals.take(notification('id-migrate', 'done'));
  expect(messages()).toEqual(['docs: news 0', 'migrate: done']);
  await until('the newest is said', () => messages().length > 2);
  expect(messages().at(-1)).toBe('docs: news 499');
});

test('an agent that says the same without end is heard once', async () => {
  const messages = start(20);
  let taken = 0;
  await until('it has nagged for many times as long', () => {
    signals.take(notification('id-docs', 'look at me'));
    return ++taken > 20;
  });
  expect(messages()).toEqual(['docs: look at me']);
});

test('an essay in a notification is cut', () => {
  const messages = start(100);
  signals.take(notification('id-docs', 'word '.repeat(5000)));
  expect(messages()[0]!.length).toBeLessThanOrEqual(200);
});
