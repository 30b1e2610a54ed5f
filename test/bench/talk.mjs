// What a conversation costs the cockpit: opening one of 10,000 events (folded, and its first screen laid out and painted, the first time in
// this process), the page before it, and each piece of a message that grows to 200 kB.
import { session } from '../core/talk/sessions.ts';
import { timed } from './support.mjs';

const EVENTS = 10_000;
const AREA = { width: 120, height: 48 };
const GROWS_TO = 200_000;
const PIECE = 40;
/** The figure, and half a frame at 60 Hz: who types beside it waits no longer than that. */
const LIMITS = { open: 150, delta: 8 };

const WORDS =
  'The limit of tries is in `src/auth.ts`, and **nobody** reads it:\n\n- one\n- two\n\n```ts\nexport const limit = (n) => n + 1;\n```\n\n';

export async function run() {
  const { Talk } = await import('../../src/core/talk/talk.ts');
  const { initialTalk } = await import('../../src/cockpit/store/talk.ts');
  const { entriesOf } = await import('../../src/cockpit/views/talk/entries.ts');
  const { talkScreen } = await import('../../src/cockpit/views/talk/screen.ts');
  const { createPainter } = await import('../../src/cockpit/theme/paint.ts');
  const { createTalkSheet } = await import('../../src/cockpit/control/talk/sheet.ts');
  const { agentWith } = await import('../core/agents.ts');
  const record = session(EVENTS, 3);
  const painter = createPainter('dark', 24);
  const agent = agentWith({ runtime: 'claude-stream' });
  const keys = { type: 'i', leave: 'C-]', answer: 'a' };
  const sheet = createTalkSheet(AREA.width, AREA.height);
  const draw = (talk, ui) => {
    const entries = entriesOf([...talk.items, ...talk.live], ui);
    const screen = talkScreen({ agent, ui, entries, area: AREA, typing: true, chosen: true, missing: null, keys });
    sheet.draw(screen.rows.map(painter.row), screen.cursor);
    return entries;
  };

  const ui = initialTalk();
  const talk = new Talk();
  const open = await timed(() => {
    talk.append(record);
    draw(talk, ui);
  });
  const older = new Talk();
  older.append(record.slice(-2000));
  const page = await timed(() => {
    older.prepend(record.slice(0, -2000));
    draw(older, ui);
  });

  const costs = [];
  const text = WORDS.repeat(Math.ceil(GROWS_TO / WORDS.length));
  for (let at = 0; at < GROWS_TO; at += PIECE) {
    costs.push(
      await timed(() => {
        talk.delta({ item: 'm', kind: 'said', text: text.slice(at, at + PIECE) }, 0);
        draw(talk, ui);
      }),
    );
  }
  const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const last = costs.slice(-500).sort((a, b) => a - b);
  const row = (name, value, target) => ({
    name,
    value,
    unit: 'ms',
    ratio: value / target,
    target: `≤ ${target} ms`,
    ok: value <= target,
  });
  return [
    row(`talk: ${record.length} events opened`, open, LIMITS.open),
    row('talk: older events put before', page, LIMITS.open),
    row('talk: a delta, mean', mean(costs), LIMITS.delta),
    row('talk: a delta at 200 kB, p95', last[Math.floor(last.length * 0.95)], LIMITS.delta),
  ];
}
