import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCompositor } from '../../src/cockpit/compositor/compositor.ts';
import { createGrid } from '../../src/cockpit/grid/grid.ts';
import { unicodeProvider } from '../../src/host/emulator/width.ts';
import { createEmulator } from '../support/emulator.ts';
import { frameOf } from '../support/frames.ts';
import { openTmux } from '../support/tmux.ts';

const SIZE = { cols: 40, rows: 3 };

/** What the cockpit sends its terminal while an agent's screen shows these texts one after the other. */
function sent(...texts: string[]): string[] {
  let bytes = '';
  const compositor = createCompositor({
    size: SIZE,
    abilities: { depth: 24, atomic: true, erasesWithBackground: true },
    write: (more) => {
      bytes += Buffer.from(more).toString();
      return true;
    },
    onDrain: () => () => {},
  });
  const agent = createEmulator(SIZE.cols, SIZE.rows);
  agent.term.unicode.register(unicodeProvider);
  agent.term.unicode.activeVersion = unicodeProvider.version;
  const grid = createGrid(SIZE.cols, SIZE.rows);
  compositor.setTerminals([{ id: 'a', x: 0, y: 0, width: SIZE.cols, height: SIZE.rows, grid, focused: true }]);
  const frames = texts.map((text, index) => {
    bytes = '';
    agent.write(`\x1b[H\x1b[2K${text}`);
    grid.apply(frameOf(agent, { version: index + 1, scroll: 0, full: true }));
    compositor.paint();
    return bytes;
  });
  compositor.close();
  return frames;
}

test('a family of pictures over older text stands as the agent has it, also in a terminal that joins pictures', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'joined-')), 'bytes');
  writeFileSync(file, sent('starting something here', '漢 👨‍👩‍👧 ok').join(''));
  const tmux = openTmux(['sh', '-c', `cat '${file}'; exec sleep 600`], SIZE);
  try {
    await tmux.shows('ok');
    expect(tmux.screen().split('\n')[0]).toBe('漢 👨👩👧 ok');
  } finally {
    tmux.close();
  }
});

test('where a terminal may give a picture fewer columns, what stood there is blanked first', () => {
  const [, over] = sent('abcdef', '👍🏽ef');
  expect(over).toContain('  \r👍');
  expect(over).toContain('  \b\b🏽');
  const [, onBlank] = sent('', '👍🏽ef');
  expect(onBlank).not.toContain('  ');
});
