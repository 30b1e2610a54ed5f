import type { Terminal } from '@xterm/headless';
import type { HostEvent } from '../../schema/host.ts';
import { TURNING } from '../../util/signs.ts';

/** Characters of a title, a notification, a clipboard. Longer ones are cut; a longer clipboard is refused, half of it is no use. */
const MAX_TITLE = 256;
const MAX_TEXT = 1000;
const MAX_CLIPBOARD = 750_000;

const UNSAFE = new RegExp(`[\\p{Cc}${TURNING}]+`, 'gu');

/** Text for a person: no control characters, no direction overrides, one line. */
export const plainText = (text: string, limit: number) =>
  text
    .slice(0, limit * 2)
    .replace(UNSAFE, ' ')
    .trim()
    .slice(0, limit);

/** Tells what a program says through title, bell, progress, marks, notifications and clipboard. */
export function watchSignals(terminal: Terminal, say: (event: HostEvent) => void): void {
  const { parser } = terminal;
  let title = '';
  terminal.onTitleChange((text) => {
    const next = plainText(text, MAX_TITLE);
    if (next !== title) say({ type: 'title', title: (title = next) });
  });
  terminal.onBell(() => say({ type: 'bell' }));
  parser.registerOscHandler(9, (data) => {
    const progress = /^4;([0-4])(?:;(\d{1,3}))?/.exec(data);
    if (progress) say({ type: 'progress', state: Number(progress[1]), value: Math.min(100, Number(progress[2] ?? 0)) });
    // ConEmu's other numbered commands (9;9 folder, 9;2 message box …) are no notifications.
    else if (!/^\d{1,2}(;|$)/.test(data)) say({ type: 'notify', title: '', body: plainText(data, MAX_TEXT) });
    return true;
  });
  parser.registerOscHandler(777, (data) => {
    const [command, heading = '', ...body] = data.split(';');
    if (command === 'notify')
      say({ type: 'notify', title: plainText(heading, MAX_TITLE), body: plainText(body.join(';'), MAX_TEXT) });
    return true;
  });
  parser.registerOscHandler(133, (data) => {
    const mark = /^([ABCD])(?:;(-?\d{1,10}))?/.exec(data);
    if (mark) {
      const exitCode = mark[1] === 'D' && mark[2] !== undefined ? Number(mark[2]) : null;
      say({ type: 'mark', mark: mark[1] as 'A', exitCode });
    }
    return true;
  });
  parser.registerOscHandler(52, (data) => {
    const content = data.slice(data.indexOf(';') + 1);
    // A query (`?`) would hand the person's clipboard to the program.
    if (content !== '?' && content.length > 0 && content.length <= MAX_CLIPBOARD && /^[A-Za-z0-9+/=\s]+$/.test(content))
      say({ type: 'clipboard', text: Buffer.from(content, 'base64').toString('utf8') });
    return true;
  });
}
