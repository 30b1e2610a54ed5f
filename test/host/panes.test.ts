import { describe, expect, test } from 'vitest';
import { type Played, played } from '../support/played.ts';
import { createRandom, type Random } from '../support/random.ts';

const ENTER = '\x1b[?1049h\x1b[2J\x1b[H';
const LEAVE = '\x1b[?1049l';
/** Shown at least this long (ms) without a break: must be found afterwards. */
const READABLE_MS = 500;

const drawn = (rows: readonly string[]) => rows.map((text, y) => `\x1b[${y + 1};1H${text}\x1b[K`).join('');
/** How many lines of the history have the text. */
const copies = (one: Played, text: string) => one.texts().filter((line) => line.includes(text)).length;
const most = (one: Played, texts: readonly string[]) => Math.max(...texts.map((text) => copies(one, text)));
const least = (one: Played, texts: readonly string[]) => Math.min(...texts.map((text) => copies(one, text)));

/** Words that are no counter: without digits. */
function sentence(index: number, count = 6): string {
  const random = createRandom(index + 1);
  const word = () => Array.from({ length: 6 }, () => 'abcdefghijklmnopqrstuvwxyz'[random.below(26)]).join('');
  return Array.from({ length: count }, word).join(' ');
}
const sentences = (from: number, count: number) => Array.from({ length: count }, (_, i) => sentence(from + i));
/** One row with a left part and a right one that begins in a column. */
const beside = (left: string, right: string, column: number) => (right ? left.padEnd(column) + right : left);

/** An answer that streams in words and moves up, a sidebar that stands beside it, tokens that are counted there. */
function chat(
  one: Played,
  answer: readonly string[],
  { rows = 20, column = 60, title = ['A session', '', 'Context'] } = {},
) {
  one.write(ENTER);
  const said: string[] = [];
  for (const [index, line] of answer.entries()) {
    for (const words of [2, 4, 6]) {
      const lines = [...said, line.split(' ').slice(0, words).join(' ')].slice(-rows);
      const tokens = `${Math.floor(index / 4) * 700} tokens`;
      const bar = [...title, tokens, 'Nothing is spent', '', 'Servers', 'None is running'];
      one.write(drawn(Array.from({ length: rows }, (_, y) => beside(lines[y] ?? '', bar[y] ?? '', column))));
      one.wait(150);
    }
    said.push(line, ...(index % 3 === 0 ? [''] : []));
  }
  one.wait(600);
  one.write(LEAVE);
  one.wait(300);
}

describe('a program with two panes', () => {
  test('has each line of an answer once that streams beside a sidebar, and each of the sidebar', () => {
    const one = played({ cols: 100, rows: 20 });
    const answer = sentences(0, 60);
    chat(one, answer);
    expect(least(one, answer)).toBe(1);
    expect(most(one, answer)).toBeLessThanOrEqual(2);
    const bar = ['A session', 'Context', 'Nothing is spent', 'Servers', 'None is running'];
    expect([least(one, bar), most(one, bar)]).toEqual([1, 1]);
    // In the order in which it was said, once the screen was full.
    const texts = one.texts();
    const places = answer.slice(20).map((line) => texts.findIndex((text) => text.includes(line)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('has a line once that moves down past a sidebar of another colour', () => {
    const one = played({ cols: 100, rows: 20 });
    const bar = sentences(500, 12).map((line) => line.slice(0, 20));
    one.write(ENTER);
    for (let y = 1; y < 15; y++) {
      const row = (_: unknown, at: number) =>
        `\x1b[0m${(at === y ? 'Thinking about it' : '').padEnd(70)}\x1b[48;5;233m  ${(bar[at] ?? '').padEnd(28)}`;
      one.write(drawn(Array.from({ length: 20 }, row)));
      one.wait(500);
    }
    one.write(`\x1b[0m${LEAVE}`);
    one.wait(300);
    expect([least(one, bar), most(one, bar), copies(one, 'Thinking')]).toEqual([1, 1, 1]);
  });

  test('has lines in wide characters beside a sidebar once', () => {
    const one = played({ cols: 100, rows: 20 });
    const wide = (line: string) => `${line.slice(0, 20)} 日本語`;
    one.write(ENTER);
    const answer = sentences(0, 60).map(wide);
    for (let top = 0; top < 40; top++) {
      const rows = answer
        .slice(top, top + 20)
        .map((line, y) => line + ' '.repeat(60 - 27) + (y < 6 ? sentence(500 + y, 4) : ''));
      one.write(drawn(rows));
      one.wait(400);
    }
    one.write(LEAVE);
    one.wait(300);
    expect([least(one, answer.slice(0, 59)), most(one, answer)]).toEqual([1, 1]);
  });

  test('has each line once of a file that is read beside a tree, and of two that are read in turns', () => {
    const tree = ['src/', '  main.ts', '  wire.ts', 'test/', '  main.test.ts'];
    const files = [sentences(0, 60).map((line, i) => ' '.repeat(2 * (i % 3)) + line), sentences(100, 60)] as const;
    for (const left of [tree, files[1]]) {
      const one = played({ cols: 120, rows: 20 });
      one.write(ENTER);
      for (let step = 0; step < 30; step++) {
        const beside = left === tree ? 0 : Math.min(step, 15);
        const row = (_: unknown, y: number) =>
          `${(left[y + beside] ?? '').padEnd(48)}│${files[0][Math.max(0, step - beside) + y]}`;
        one.write(drawn(Array.from({ length: 18 }, row)));
        one.wait(500);
      }
      one.write(LEAVE);
      one.wait(300);
      const shown = files[0].slice(0, left === tree ? 46 : 31).map((line) => line.trim());
      expect(least(one, [...shown, ...left.slice(0, 30)])).toBe(1);
      expect(most(one, [...shown, ...left.slice(0, 30)])).toBeLessThanOrEqual(2);
    }
  });

  test('has each line once of a page that stays beside others that are turned', () => {
    const one = played({ cols: 120, rows: 20 });
    const [left, right] = [sentences(0, 90), sentences(200, 18)];
    one.write(ENTER);
    for (let page = 0; page < 5; page++) {
      const rows = right.map((line, y) => `${left[page * 18 + y]!.padEnd(50)}|${line}`);
      one.write(drawn([...rows, 'a.txt'.padEnd(51).concat('b.txt')]));
      one.wait(600);
    }
    one.write(LEAVE);
    one.wait(300);
    expect([least(one, left), most(one, left), least(one, right), most(one, right)]).toEqual([1, 1, 1, 1]);
  });

  test('has whole what goes over both', () => {
    const one = played({ cols: 100, rows: 20 });
    chat(one, sentences(0, 40));
    one.write(ENTER);
    const page = sentences(200, 18).map((line, i) => `${line}  ${sentence(300 + i)}`);
    one.write(drawn(page));
    one.wait(700);
    one.write(LEAVE);
    one.wait(300);
    expect([least(one, page), most(one, page)]).toEqual([1, 1]);
  });

  test('has no line more than twice whose screen is resized again and again', () => {
    const one = played({ cols: 100, rows: 20 });
    const answer = sentences(0, 40);
    one.write(ENTER);
    for (let step = 0; step < 24; step++) {
      const cols = 90 + 10 * (step % 5);
      one.resize({ cols, rows: 20 });
      one.wait(30);
      for (let top = step; top < step + 3; top++) {
        const bar = ['A session', '', 'Context', 'Nothing is spent', '', 'Servers', 'None is running'];
        one.write(
          `\x1b[2J${drawn(answer.slice(top, top + 14).map((line, y) => beside(line, bar[y] ?? '', cols - 30)))}`,
        );
        one.wait(400);
      }
    }
    one.write(LEAVE);
    one.wait(300);
    expect(least(one, answer.slice(0, 39))).toBe(1);
    expect(most(one, answer)).toBeLessThanOrEqual(2);
  });
});

describe('a bar at the end of the rows', () => {
  test('makes no other lines of those that it moves past', () => {
    const one = played({ cols: 80, rows: 20 });
    const text = sentences(0, 60);
    one.write(ENTER);
    const page = (top: number) => {
      const bar = Math.floor(top / 3);
      const row = (line: string, y: number) => `${line.padEnd(78)}${y === bar || y === bar + 1 ? '█' : '│'}`;
      one.write(drawn(text.slice(top, top + 19).map(row)));
      one.wait(400);
    };
    for (let top = 0; top <= 40; top++) page(top);
    for (let top = 40; top >= 0; top--) page(top);
    one.write(`${LEAVE}${text.slice(0, 30).join('\r\n')}\r\n`);
    one.wait(600);
    expect(least(one, text.slice(0, 19))).toBe(1);
    expect(most(one, text)).toBeLessThanOrEqual(2);
  });
});

describe('a table', () => {
  const names = sentences(0, 40).map((line) => line.split(' ')[0]!);

  /** Rows that were shown, one table after the other, and that the history does not have. */
  function missing(tables: string[][]): string[] {
    const one = played({ cols: 80, rows: 16 });
    one.write(ENTER);
    for (const rows of tables) {
      one.write(drawn(rows));
      one.wait(600);
    }
    one.write(LEAVE);
    one.wait(300);
    const texts = new Set(one.texts());
    return [...new Set(tables.flat())].filter((row) => !texts.has(row));
  }
  const steps = Array.from({ length: 60 }, (_, step) => step);

  test('has each row whole whose cells change while it moves', () => {
    const random = createRandom(7);
    const states = ['waiting', 'running', 'passed', 'failed', 'skipped'];
    const state = names.map(() => 0);
    const tables = steps.map((step) => {
      for (let i = 0; i < 3; i++) state[random.below(40)] = random.below(5);
      const top = Math.floor(step / 3);
      return names.slice(top, top + 15).map((name, y) => `${name.padEnd(40)}${states[state[top + y]!]}`);
    });
    expect(missing(tables)).toEqual([]);
  });

  test('has each row whole that is sorted anew', () => {
    const random = createRandom(8);
    const users = ['root', 'ann', 'www-data'];
    const load = names.slice(0, 15).map(() => 0);
    const commands = sentences(100, 15);
    const level = ['idle', 'low', 'high', 'full'];
    const tables = steps.map(() => {
      for (let i = 0; i < 2; i++) load[random.below(15)] = random.below(4);
      const order = load.map((_, i) => i).toSorted((a, b) => load[b]! - load[a]!);
      return order.map((i) => `${names[i]}  ${users[i % 3]!.padEnd(10)} ${level[load[i]!]!.padEnd(6)}  ${commands[i]}`);
    });
    expect(missing(tables)).toEqual([]);
  });

  test('has each row whole of which one column is another one as a whole', () => {
    const one = played({ cols: 80, rows: 16 });
    const truth = new Set<string>();
    one.write(ENTER);
    for (const state of ['pending', 'started', 'ready', 'ended']) {
      const rows = names
        .slice(0, 14)
        .map((name, y) => `${state.padEnd(10)}    ${name}`.concat(y % 2 ? '' : `    ${state}`));
      one.write(drawn(rows));
      for (const row of rows) truth.add(row);
      one.wait(600);
    }
    for (let step = 0; step < 5; step++) {
      one.write(drawn(names.slice(0, 14).map((name, y) => `${10 + y + step}s ago    ${name}`)));
      one.wait(600);
    }
    const lasting = names.slice(20, 34).map((name) => `${name}    state`);
    one.write(drawn(lasting));
    one.wait(600);
    one.write(LEAVE);
    one.wait(300);
    const texts = one.texts();
    expect([...truth, ...lasting].filter((row) => !texts.includes(row))).toEqual([]);
    expect(texts.filter((text) => text === 'state' || names.includes(text))).toEqual([]);
  });

  test('has each row whole of a list in columns that is paged and scrolled', () => {
    const one = played({ cols: 80, rows: 16 });
    const cells = sentences(0, 200).map((line) => line.slice(0, 12));
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${cells[i * 3]!.padEnd(24)}${cells[i * 3 + 1]!.padEnd(24)}${cells[i * 3 + 2]}`,
    );
    one.write(ENTER);
    for (const top of [0, 1, 2, 3, 10, 12, 25, 24, 23, 40, 45]) {
      one.write(drawn(rows.slice(top, top + 15)));
      one.wait(600);
    }
    one.write(LEAVE);
    one.wait(300);
    expect([least(one, [...rows.slice(0, 40)]), most(one, rows)]).toEqual([1, 1]);
  });
});

/** A program with a text and a sidebar that does what such programs do; each of its lines once in its life. */
function program(random: Random, one: Played, seed: number) {
  let made = seed * 10_000;
  const line = (count = 2 + random.below(4)) => sentence(made++, count);
  let text: string[] = [];
  let bar = Array.from({ length: 4 }, () => line(2));
  let dialog: string[] | undefined;
  let isOpen = true;
  let top = 0;
  let scrolled = false;
  const parts = () => {
    const { rows, cols } = one.emulator.size;
    const column = cols - 24;
    const left = text.slice(top, top + rows - 1);
    const right = isOpen ? bar.slice(0, rows) : [];
    const all = Array.from({ length: rows }, (_, y) => [left[y] ?? '', right[y] ?? ''] as const);
    const drawnRows = all.map(([a, b], y) => {
      const thumb = scrolled && y === Math.floor(top / 4) % rows ? '█' : ' ';
      return b ? beside(a, b, column) : scrolled ? `${a.padEnd(cols - 2)} ${thumb}` : a;
    });
    const over = dialog?.map((words) => words.padEnd(cols)) ?? [];
    over.forEach((words, i) => {
      drawnRows[4 + i] = words;
    });
    one.write(drawn(drawnRows));
    const hidden = (y: number) => dialog !== undefined && y >= 4 && y < 4 + dialog.length;
    const seen = all.flatMap(([a, b], y) => (hidden(y) ? [] : [a, b]));
    return [...seen, ...(dialog ?? [])].filter(Boolean);
  };
  const end = () => Math.max(0, text.length - one.emulator.size.rows + 1);
  const acts: (() => void)[] = [
    ...Array.from({ length: 6 }, () => () => {
      text.push(...Array.from({ length: 1 + random.below(3) }, () => (random.chance(0.2) ? '' : line())));
      top = end();
    }),
    () => {
      bar[random.below(4)] = line(2);
    },
    () => {
      top = Math.max(0, top - random.below(8));
    },
    () => {
      top = Math.min(end(), top + random.below(8));
    },
    () => {
      dialog = dialog ? undefined : Array.from({ length: 3 }, () => line(9).slice(0, one.emulator.size.cols - 2));
    },
    () => {
      isOpen = random.chance(0.7) || !isOpen;
    },
    () => {
      scrolled = !isOpen && !scrolled;
    },
    () => {
      if (random.chance(0.3)) one.resize({ cols: 70 + random.below(60), rows: 14 + random.below(12) });
    },
    () => {
      if (random.chance(0.1)) [text, bar, top] = [[], Array.from({ length: 4 }, () => line(2)), 0];
    },
  ];
  let steps = 0;
  return () => {
    // It fills its screen before anything else happens.
    (steps++ < 24 ? acts[0]! : random.pick(acts))();
    return parts();
  };
}

/** Seeds beyond the first have found something: what moves fast while nothing stands long beside it, a line of both panes. */
test.each([1, 2, 3, 5, 6, 7, 8, 32])(
  'a random program with a sidebar (%i): all that could be read is found, at most twice',
  (seed) => {
    const random = createRandom(seed);
    const one = played({ cols: 100, rows: 18 });
    one.write(ENTER);
    const act = program(random, one, seed);
    const since = new Map<string, number>();
    const read = new Set<string>();
    for (let step = 0; step < 150; step++) {
      const now = new Set(act());
      for (const [text, at] of since) {
        if (one.now - at >= READABLE_MS) read.add(text);
        if (!now.has(text)) since.delete(text);
      }
      for (const text of now) if (!since.has(text)) since.set(text, one.now);
      one.wait(random.pick([40, 90, 160, 400, 700]));
    }
    one.wait(600);
    one.write(LEAVE);
    one.wait(300);
    expect([...read].filter((text) => copies(one, text) === 0)).toEqual([]);
    expect([...read].filter((text) => copies(one, text) > 2)).toEqual([]);
  },
);
