import { expect, test } from 'vitest';
import { withEarlyKeys } from '../../src/cli/early-keys.ts';
import { createListeners } from '../../src/cockpit/tty/listeners.ts';
import type { InputEvent, Terminal } from '../../src/cockpit/types.ts';

test('a key is kept until somebody listens for keys, also when others listen before, and is told once', async () => {
  const inputs = createListeners<InputEvent[]>();
  const terminal = withEarlyKeys({ onInput: inputs.add } as unknown as Terminal);
  const press = (key: string) => inputs.tell([{ type: 'key', key, text: key } as InputEvent]);
  const heard: string[] = [];
  const listen = () =>
    terminal.onInput((events) => {
      for (const event of events) if (event.type === 'key') heard.push(event.key);
    }, true);
  press('a');
  terminal.onInput(() => {});
  press('b');
  const undo = listen();
  await Promise.resolve();
  expect(heard).toEqual(['a', 'b']);
  press('c');
  undo();
  listen();
  await Promise.resolve();
  expect(heard).toEqual(['a', 'b', 'c']);
});
