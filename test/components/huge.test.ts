import { afterEach, expect, test } from 'vitest';
import { drawn, key, paste } from './cockpit.ts';
import { project } from './sample.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open.close());

const MEGABYTE = 'lorem ipsum 日本 '.repeat(70_000);
/** What took minutes takes a second or two; of this process alone, whatever else the machine does, in microseconds. */
const COST_US = 10e6;

test.each([
  ['the filter', '/'],
  ['the palette', ':'],
  ['the name of a new agent', 'n'],
  ['a prompt', 'm'],
])('a megabyte pasted into %s stops nothing', async (_, opens) => {
  open = drawn({ cols: 80, rows: 24 }, project());
  await open.press(opens);
  const before = process.cpuUsage();
  open.screen.send(paste(MEGABYTE));
  open.screen.send(key('x'), key('Left'), key('BSpace'));
  await open.settle();
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(COST_US);
});

test('a prompt keeps the whole megabyte', async () => {
  open = drawn({ cols: 80, rows: 24 }, project());
  await open.press('m');
  open.screen.send(paste(MEGABYTE));
  await open.settle();
  const dialog = open.store.getState().ui.dialogs[0]!;
  expect(dialog.kind === 'prompt' && dialog.text.text).toBe(MEGABYTE);
});
