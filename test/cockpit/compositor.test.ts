import { describe, expect, test } from 'vitest';
import { composeRow, type Layers, placePatch } from '../../src/cockpit/compositor/compose.ts';
import { createCompositor, type Output } from '../../src/cockpit/compositor/compositor.ts';
import { parseRow } from '../../src/cockpit/compositor/parse.ts';
import { createScreen, type Screen, sameExtras, scrollUp } from '../../src/cockpit/compositor/screen.ts';
import { createGrid } from '../../src/cockpit/grid/grid.ts';
import type { Patch, Rect, TerminalRect } from '../../src/cockpit/types.ts';
import { type ScreenFrame, WORDS_PER_CELL } from '../../src/schema/screen.ts';
import { createEmulator, type Emulator } from '../support/emulator.ts';
import { frameOf } from '../support/frames.ts';
import { createRandom, type Random } from '../support/random.ts';
import { until } from '../support/wait.ts';

const ABILITIES = { depth: 24, atomic: true, erasesWithBackground: true } as const;

function outputTo(emulator: Emulator, size = { cols: emulator.term.cols, rows: emulator.term.rows }) {
  const output: Output & { abilities: { atomic: boolean }; drain: () => void; slow: boolean; written: number } = {
    size,
    abilities: { ...ABILITIES },
    slow: false,
    written: 0,
    drain: () => {},
    write(bytes) {
      output.written += bytes.length;
      emulator.write(bytes);
      return !output.slow;
    },
    onDrain(listener) {
      output.drain = listener;
      return () => {};
    },
  };
  return output;
}

/** What shall be seen, made from nothing: the layers drawn onto a fresh screen. */
function expected(
  cols: number,
  rows: number,
  chrome: readonly string[],
  layers: Omit<Layers, 'chrome' | 'patches'> & { patches: Map<string, Patch> },
): Screen {
  const base = createScreen(cols, rows);
  for (let y = 0; y < rows; y++) parseRow(base, y, chrome[y] ?? '');
  const screen = createScreen(cols, rows);
  const patches = new Map([...layers.patches].map(([id, patch]) => [id, placePatch(patch)]));
  for (let y = 0; y < rows; y++) composeRow(screen, y, { ...layers, chrome: base, patches });
  return screen;
}

function differences(a: Screen, b: Screen): string[] {
  const found: string[] = [];
  for (let i = 0; i < a.cols * a.rows; i++) {
    const at = i * WORDS_PER_CELL;
    const x = i % a.cols;
    const y = Math.floor(i / a.cols);
    const words = [0, 1, 2].every((n) => a.words[at + n] === b.words[at + n]);
    if (words && sameExtras(a.extras[y]!, x, b.extras[y]!, x)) continue;
    const show = (s: Screen) => [...s.words.subarray(at, at + 3)].map((w) => w.toString(16)).join(' ');
    found.push(`row ${y} column ${x}: ${show(a)} wanted, ${show(b)} shown`);
  }
  return found;
}

const WORDS = [
  'agent',
  'ok',
  '  ',
  'src/auth.ts',
  '漢字',
  'かな',
  '한글',
  '│',
  '────',
  '▶',
  '●',
  'é',
  'naïve',
  ' ',
  '█▓',
];
const SGR = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '4:3',
  '7',
  '9',
  '22',
  '24',
  '27',
  '31',
  '92',
  '38;5;208',
  '38;2;10;200;30',
  '44',
  '48;2;40;40;60',
  '49',
  '39',
  '53',
  '58:2::255:0:0',
  '5',
];

function randomText(random: Random, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) {
    if (random.chance(0.3)) text += `\x1b[${random.pick(SGR)}m`;
    text += random.pick(WORDS);
  }
  return text;
}

/** The frame without the rows that its receiver has, as a host leaves them out. `had`: what that one shows, brought up to date. */
function onlyChanged(frame: ScreenFrame, had: Screen, now: Screen): ScreenFrame {
  const { header } = frame;
  if (header.full || had.cols !== now.cols || had.rows !== now.rows) return frame;
  scrollUp(had, 0, had.rows - 1, header.scroll);
  const rows = new Set(differences(now, had).map((found) => Number(found.split(' ')[1])));
  const stride = now.cols * WORDS_PER_CELL;
  const words = new Uint32Array(rows.size * stride);
  for (const [i, y] of [...rows].entries()) words.set(now.words.subarray(y * stride, (y + 1) * stride), i * stride);
  return { header: { ...header, changed: header.changed.filter((row) => rows.has(row.y)) }, words };
}

/** An agent's terminal: a real emulator that is fed, and the frames that a host would make of it. */
function createAgent(random: Random, cols: number, rows: number) {
  const emulator = createEmulator(cols, rows);
  const grid = createGrid(cols, rows);
  let version = 0;
  let had = createScreen(cols, rows);
  const apply = (scroll: number, full: boolean) => {
    version++;
    const now = emulator.screen();
    grid.apply(onlyChanged(frameOf(emulator, { version, scroll, full }), had, now));
    had = now;
  };
  return {
    emulator,
    grid,
    act() {
      let scroll = 0;
      if (random.chance(0.4)) {
        const lines = 1 + random.below(3);
        emulator.write(`\x1b[m\x1b[${emulator.term.rows};1H`);
        for (let i = 0; i < lines; i++) emulator.write(`\r\n${randomText(random, random.below(12))}\x1b[m`);
        scroll = random.chance(0.8) ? lines : 0;
      } else if (random.chance(0.1)) emulator.write('\x1b[2J');
      else
        emulator.write(
          `\x1b[${1 + random.below(rows)};${1 + random.below(cols)}H${randomText(random, random.below(20))}\x1b[m`,
        );
      apply(scroll, random.chance(0.1));
    },
    resize(c: number, r: number) {
      emulator.term.resize(c, r);
      apply(0, true);
    },
  };
}

function randomRects(
  random: Random,
  cols: number,
  rows: number,
  agents: ReturnType<typeof createAgent>[],
): TerminalRect[] {
  const full = random.chance(0.3);
  return agents.slice(0, full ? 1 : 2).map((agent, i) => {
    const x = full ? 0 : random.below(cols - 4);
    const y = random.below(rows - 3);
    const width = full ? cols : 2 + random.below(cols - x - 2);
    return { id: `a${i}`, x, y, width, height: 2 + random.below(rows - y - 2), grid: agent.grid, focused: i === 0 };
  });
}

describe('compositor', () => {
  test.each(Array.from({ length: 24 }, (_, seed) => seed + 1))(
    'what the terminal shows is what was composed, cell for cell (seed %i)',
    (seed) => {
      const random = createRandom(seed);
      let cols = 20 + random.below(60);
      let rows = 6 + random.below(20);
      const emulator = createEmulator(cols, rows);
      const output = outputTo(emulator);
      const compositor = createCompositor(output);
      const agents = [createAgent(random, 30, 10), createAgent(random, cols, rows)];
      let chrome: string[] = [];
      let rects: TerminalRect[] = [];
      let overlays: Rect[] = [];
      const patches = new Map<string, Patch>();
      for (let step = 0; step < 120; step++) {
        const what = random.below(10);
        if (what === 0)
          compositor.setChrome((chrome = Array.from({ length: rows }, () => randomText(random, random.below(24)))));
        else if (what === 1) compositor.setTerminals((rects = randomRects(random, cols, rows, agents)));
        else if (what === 2)
          compositor.setOverlays(
            (overlays = random.chance(0.5)
              ? []
              : [{ x: random.below(cols), y: random.below(rows), width: 12, height: 3 }]),
          );
        else if (what === 3) {
          const id = random.pick(['spin', 'clock']);
          const patch = random.chance(0.3)
            ? null
            : { x: random.below(cols), y: random.below(rows), text: randomText(random, 2), above: random.chance(0.5) };
          compositor.patch(id, patch);
          if (patch) patches.set(id, patch);
          else patches.delete(id);
        } else if (what === 4 && random.chance(0.3)) {
          cols = 20 + random.below(60);
          rows = 6 + random.below(20);
          emulator.term.resize(cols, rows);
          compositor.resize({ cols, rows });
          agents[1]!.resize(cols, rows);
        } else if (what === 5 && random.chance(0.2)) {
          emulator.write('\x1bcgarbage');
          compositor.invalidate();
        } else random.pick(agents).act();
        compositor.paint();
        const wanted = expected(cols, rows, chrome, { terminals: rects, overlays, patches });
        expect(differences(wanted, emulator.screen()).slice(0, 5), `step ${step}, kind ${what}`).toEqual([]);
      }
      compositor.close();
    },
  );

  test.each([1, 2, 3, 4, 5, 6])('what moves with a pane that scrolls is what was composed (seed %i)', (seed) => {
    const random = createRandom(seed);
    const size = { cols: 86, rows: 20 };
    const emulator = createEmulator(size.cols, size.rows);
    const output = outputTo(emulator);
    let moves = 0;
    const { write } = output;
    output.write = (bytes) => {
      if (/\x1b\[\d*S/.test(Buffer.from(bytes).toString())) moves++;
      return write(bytes);
    };
    const compositor = createCompositor(output);
    const agents = [createAgent(random, 72, 14), createAgent(random, 9, 20), createAgent(random, 72, 6)];
    const places = [
      { x: 5, y: 0, width: 72, height: 14 },
      { x: 77, y: random.below(3), width: 9, height: 17 },
      { x: 4 + random.below(2), y: 14, width: 72, height: 6 },
    ];
    const terminals = places.map((place, i) => ({ ...place, id: `a${i}`, grid: agents[i]!.grid, focused: i === 0 }));
    compositor.setTerminals(terminals);
    const patches = new Map<string, Patch>();
    let chrome: string[] = [];
    let overlays: Rect[] = [];
    for (let step = 0; step < 250; step++) {
      if (step === 0 || random.chance(0.1))
        compositor.setChrome((chrome = Array.from({ length: size.rows }, () => randomText(random, random.below(8)))));
      if (random.chance(0.1)) {
        const patch = {
          x: random.below(8),
          y: random.below(20),
          text: randomText(random, 2),
          above: random.chance(0.5),
        };
        const id = random.pick(['spin', 'clock']);
        const shows = random.chance(0.5);
        compositor.patch(id, shows ? patch : null);
        if (shows) patches.set(id, patch);
        else patches.delete(id);
      }
      if (random.chance(0.05))
        compositor.setOverlays((overlays = overlays.length ? [] : [{ x: 3, y: 4, width: 12, height: 3 }]));
      for (const agent of agents) if (random.chance(0.6)) agent.act();
      compositor.paint();
      const wanted = expected(size.cols, size.rows, chrome, { terminals, overlays, patches });
      expect(differences(wanted, emulator.screen()).slice(0, 5), `step ${step}`).toEqual([]);
    }
    expect(moves).toBeGreaterThan(0);
    compositor.close();
  });

  const small = { cols: 20, rows: 4 };
  const oneAgent = (grid = createGrid(20, 4), focused = true): TerminalRect[] => [
    { id: 'a', x: 0, y: 0, width: 20, height: 4, grid, focused },
  ];

  test('a pane that is taller than its grid scrolls, and what stands beside its empty rows stays', () => {
    const size = { cols: 40, rows: 12 };
    const agent = createEmulator(28, 6);
    const emulator = createEmulator(size.cols, size.rows);
    const output = outputTo(emulator);
    output.abilities.atomic = false;
    const compositor = createCompositor(output);
    // The terminal tells it a moment later.
    output.abilities.atomic = true;
    const grid = createGrid(28, 6);
    const chrome = Array.from({ length: size.rows }, (_, y) => `side ${y}`);
    const terminals = [{ id: 'a', x: 12, y: 0, width: 28, height: size.rows, grid, focused: true }];
    for (let y = 0; y < 6; y++) agent.write(`\x1b[${y + 1};1H${String.fromCharCode(97 + y).repeat(27)}`);
    grid.apply(frameOf(agent, { version: 1, scroll: 0, full: true }));
    compositor.setChrome(chrome);
    compositor.setTerminals(terminals);
    compositor.paint();
    const had = agent.screen();
    agent.write('\r\nnew');
    grid.apply(onlyChanged(frameOf(agent, { version: 2, scroll: 1, full: false }), had, agent.screen()));
    let written = '';
    const { write } = output;
    output.write = (bytes) => {
      written += Buffer.from(bytes).toString();
      return write(bytes);
    };
    compositor.paint();
    expect(written).toContain('\x1b[S');
    const wanted = expected(size.cols, size.rows, chrome, { terminals, overlays: [], patches: new Map() });
    expect(differences(wanted, emulator.screen())).toEqual([]);
    compositor.close();
  });

  test('a slow terminal gets no frames until it has drained, and then the newest state alone', () => {
    const emulator = createEmulator(small.cols, small.rows);
    const output = outputTo(emulator);
    const compositor = createCompositor(output);
    compositor.setChrome(['first']);
    output.slow = true;
    compositor.paint();
    const before = output.written;
    for (const text of ['second', 'third', 'fourth']) {
      compositor.setChrome([text]);
      compositor.paint();
    }
    expect(output.written).toBe(before);
    expect(compositor.stats.skipped).toBe(3);
    output.slow = false;
    output.drain();
    expect(emulator.text()[0]).toBe('fourth');
    expect(compositor.stats.frames).toBe(2);
    compositor.close();
  });

  test('the focused pane is painted at once, another one with the next frame', async () => {
    const agent = createEmulator(small.cols, small.rows);
    const emulator = createEmulator(small.cols, small.rows);
    const compositor = createCompositor(outputTo(emulator));
    const grid = createGrid(20, 4);
    compositor.setTerminals(oneAgent(grid));
    compositor.paint();
    agent.write('typed');
    grid.apply(frameOf(agent, { version: 1, scroll: 0, full: true }));
    compositor.touch('a');
    expect(emulator.text()[0]).toBe('typed');
    compositor.setTerminals(oneAgent(grid, false));
    compositor.paint();
    agent.write(' more');
    grid.apply(frameOf(agent, { version: 2, scroll: 0, full: false }));
    compositor.touch('a');
    expect(emulator.text()[0]).toBe('typed');
    await until('the next frame', () => emulator.text()[0] === 'typed more');
    compositor.close();
  });

  test('nothing is written when nothing has changed, and a patch costs its cells', () => {
    const output = outputTo(createEmulator(80, 24));
    const compositor = createCompositor(output);
    compositor.setChrome(Array.from({ length: 24 }, (_, y) => `row ${y} ${'x'.repeat(60)}`));
    compositor.paint();
    const before = output.written;
    compositor.setChrome(Array.from({ length: 24 }, (_, y) => `row ${y} ${'x'.repeat(60)}`));
    compositor.paint();
    expect(output.written).toBe(before);
    compositor.patch('spinner', { x: 70, y: 3, text: '⠋' });
    compositor.paint();
    expect(output.written - before).toBeLessThan(16);
    compositor.close();
  });

  test('a frame that brings one row composes that row alone, and none when nothing has come', () => {
    const agent = createEmulator(40, 12);
    const emulator = createEmulator(60, 12);
    const compositor = createCompositor(outputTo(emulator));
    const grid = createGrid(40, 12);
    const rect = { id: 'a', x: 20, y: 0, width: 40, height: 12, grid, focused: true };
    let version = 0;
    const bring = (rows: number[]) => {
      const frame = frameOf(agent, { version: ++version, scroll: 0, full: false });
      const stride = 40 * WORDS_PER_CELL;
      const words = new Uint32Array(rows.length * stride);
      for (const [i, y] of rows.entries()) words.set(frame.words.subarray(y * stride, (y + 1) * stride), i * stride);
      const changed = frame.header.changed.filter((row) => rows.includes(row.y));
      grid.apply({ header: { ...frame.header, changed }, words });
    };
    const composed = (act: () => void) => {
      const before = compositor.stats.rows;
      act();
      compositor.paint();
      return compositor.stats.rows - before;
    };
    compositor.setChrome(['side']);
    expect(composed(() => compositor.setTerminals([rect]))).toBe(12);
    agent.write('\x1b[5;3Hone line');
    expect(composed(() => bring([4]))).toBe(1);
    expect(emulator.text()[4]).toContain('one line');
    expect(composed(() => compositor.setTerminals([{ ...rect }]))).toBe(0);
    expect(composed(() => compositor.setChrome(['side', 'more']))).toBe(1);
    expect(composed(() => compositor.patch('p', { x: 0, y: 3, text: '*' }))).toBe(1);
    expect(composed(() => compositor.patch('p', { x: 0, y: 7, text: '*' }))).toBe(2);
    expect(composed(() => compositor.invalidate())).toBe(12);
    expect(composed(() => bring([]))).toBe(0);
    compositor.close();
  });

  test('control code points in cells never reach the terminal', () => {
    const written: Buffer[] = [];
    const emulator = createEmulator(small.cols, small.rows);
    const output = { ...outputTo(emulator), write: (bytes: Uint8Array | string) => !!written.push(Buffer.from(bytes)) };
    const compositor = createCompositor(output);
    const grid = createGrid(20, 4);
    const frame = frameOf(createEmulator(20, 4), { version: 1, scroll: 0, full: true });
    const codes = [7, 27, 0x9b, 0x9d, 0x7f, 0xd800, 0x10ffff + 1, 0x2028];
    for (const [x, code] of codes.entries()) frame.words[x * WORDS_PER_CELL] = code | (1 << 22);
    frame.words[9 * WORDS_PER_CELL] = 0x200000 | (1 << 22) | 0x41;
    frame.header.changed[0]!.extras = [{ x: 9, text: 'e\u0301\x1b]52;c;AAAA\x07\u202e' }];
    grid.apply(frame);
    compositor.setTerminals(oneAgent(grid));
    compositor.paint();
    const bytes = Buffer.concat(written).toString();
    expect(bytes.replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, '')).not.toMatch(
      /[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\u2028]/,
    );
    expect(bytes).toContain('e\u0301]52;c;AAAA');
    compositor.close();
  });

  test('a terminal that thinks a character wider shows one odd cell, and the rest in its place', () => {
    const emulator = createEmulator(small.cols, small.rows);
    const written: string[] = [];
    const compositor = createCompositor({
      ...outputTo(emulator),
      write: (bytes) => !!written.push(Buffer.from(bytes).toString()),
    });
    compositor.setChrome(['●ab', '👍ab']);
    compositor.paint();
    expect(written.join('')).toMatch(/●\x1b\[2Gab/);
    expect(written.join('')).toMatch(/👍\x1b\[3Gab/);
    compositor.close();
  });

  test.each([
    [8, '38;5;208'],
    [4, '33'],
    [1, ''],
  ] as const)('colours of chrome and agents come down to depth %i', (depth, sgr) => {
    const agent = createEmulator(small.cols, small.rows);
    agent.write('\x1b[2;1H\x1b[38;2;255;135;0mX');
    const written: string[] = [];
    const output = outputTo(createEmulator(small.cols, small.rows));
    const compositor = createCompositor({
      ...output,
      abilities: { ...ABILITIES, depth },
      write: (bytes) => !!written.push(Buffer.from(bytes).toString()),
    });
    const grid = createGrid(20, 4);
    grid.apply(frameOf(agent, { version: 1, scroll: 0, full: true }));
    compositor.setChrome(['\x1b[38;2;255;135;0mX']);
    compositor.setTerminals([{ id: 'a', x: 0, y: 1, width: 20, height: 2, grid, focused: true }]);
    compositor.paint();
    const bytes = written.join('');
    expect(bytes).not.toContain('38;2');
    expect(bytes.split('X').length).toBe(3);
    if (sgr) expect(bytes).toContain(`\x1b[${sgr}mX`);
    else expect(bytes).not.toMatch(/\x1b\[\d+[;\d]*m/);
    compositor.close();
  });
});
