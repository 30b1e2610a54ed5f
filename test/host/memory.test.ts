import { describe, expect, test } from 'vitest';
import { grownFrom, keyLength, maskOf } from '../../src/host/history/change.ts';
import { type Played, played } from '../support/played.ts';

const ENTER = '\x1b[?1049h\x1b[2J\x1b[H';
const LEAVE = '\x1b[?1049l';
const numbered = (name: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${name} ${from + i}`);
/** A whole screen of lines, drawn in place. */
const drawn = (lines: string[]) => lines.map((text, y) => `\x1b[${y + 1};1H${text}\x1b[K`).join('');

/** How often each text that is not blank stands in the history. */
function copies({ texts }: Played): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts()) if (text) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
const mostCopies = (one: Played) => Math.max(0, ...copies(one).values());

describe('a full-screen program', () => {
  test('has every page that was shown long enough, in order, once', () => {
    const one = played({ cols: 60, rows: 20 });
    one.write(ENTER);
    for (let page = 0; page < 30; page++) {
      one.write(drawn([...numbered('entry', page * 18 + 1, page * 18 + 18), '', `-- page ${page + 1} of 30 --`]));
      one.wait(600);
    }
    one.write(LEAVE);
    one.wait(200);
    const entries = one.texts().filter((text) => text.startsWith('entry'));
    expect(entries).toEqual(numbered('entry', 1, 540));
  });

  test('has the lines that scroll out of a region at 20 a second', () => {
    const one = played({ cols: 80, rows: 24 });
    one.write(`${ENTER}a title\x1b[24;1Hready\x1b[3;20r\x1b[20;1H`);
    for (let i = 1; i <= 400; i++) {
      one.write(`\r\nwords that stream by ${i}\x1b7\x1b[24;1Htokens ${i * 17}\x1b[K\x1b8`);
      one.wait(50);
    }
    one.wait(300);
    const streamed = one.texts().filter((text) => text.startsWith('words'));
    expect(streamed).toEqual(numbered('words that stream by', 1, 382));
    expect(one.texts().length - streamed.length).toBeLessThan(4);
  });

  test('keeps what a resize cuts off or paints over', () => {
    const one = played({ cols: 60, rows: 20 });
    one.write(ENTER + drawn(numbered('a rather long line with a number at its very end', 1, 20)));
    one.wait(1000);
    one.resize({ cols: 30, rows: 10 });
    one.write(`\x1b[2J${drawn(numbered('short', 1, 10))}`);
    one.wait(1000);
    expect(one.texts().filter((text) => text.startsWith('a rather'))).toEqual(
      numbered('a rather long line with a number at its very end', 1, 20),
    );
    expect(mostCopies(one)).toBe(1);
  });

  test('is not flooded by a clock, a spinner, a counter and a gauge', () => {
    const one = played({ cols: 60, rows: 12 });
    one.write(ENTER);
    for (let i = 0; i < 1200; i++) {
      const time = `12:${String(Math.floor(i / 600)).padStart(2, '0')}:${String(Math.floor(i / 10) % 60).padStart(2, '0')}`;
      one.write(
        drawn([
          time,
          `${'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'[i % 10]} Thinking… (${Math.floor(i / 10)}s · ${i * 3} tokens)`,
          `[${'|'.repeat(i % 20)}${' '.repeat(20 - (i % 20))} ${i % 100}.0%]`,
          'the same all the time',
        ]),
      );
      one.wait(100);
    }
    one.write(LEAVE);
    one.wait(200);
    expect(one.texts()).toContain('the same all the time');
    expect(one.texts().length).toBeLessThan(16);
  });

  test('has a line once whose end came late, when a flood had taken it off the screen', () => {
    const one = played({ cols: 60, rows: 10 });
    one.write(`${Array.from({ length: 30 }, (_, i) => `line ${i} of words`).join('\r\n')}\r\nError: upstream ti`);
    one.wait(600);
    one.write(`med out\r\n${Array.from({ length: 60 }, (_, i) => `more ${i} of words`).join('\r\n')}\r\n`);
    one.wait(600);
    expect(one.texts().filter((text) => text.includes('upstream'))).toEqual(['Error: upstream timed out']);
  });

  test('is not flooded by what is typed, and has it once it is sent', () => {
    const one = played({ cols: 60, rows: 12 });
    const frame = (typed: string) => drawn(['an answer', '', '╭────╮', `│ > ${typed.padEnd(30)} │`, '╰────╯']);
    one.write(ENTER + frame(''));
    one.wait(500);
    const words = 'explain the third error';
    for (let i = 1; i <= words.length; i++) {
      one.write(frame(words.slice(0, i)));
      one.wait(400);
    }
    one.write(frame(''));
    one.wait(500);
    expect(one.texts()).toEqual([`│ > ${words.padEnd(30)} │`]);
  });

  test('has a line once that comes and goes, and a second time when it comes back after minutes', () => {
    const one = played({ cols: 60, rows: 12 });
    one.write(ENTER);
    for (let i = 0; i < 20; i++) {
      one.write(drawn(['the main view', 'with two lines', '']));
      one.wait(2000);
      one.write(drawn(['a dialog', 'Do you want this? yes', 'no']));
      one.wait(2000);
    }
    expect(mostCopies(one)).toBe(2);
    expect(copies(one).get('Do you want this? yes')).toBe(2);
  });

  test('keeps equal lines of a page that stand at different places', () => {
    const one = played({ cols: 60, rows: 12 });
    const code = ['if (a) {', '  return 1;', '}', 'if (b) {', '  return 1;', '}', 'done(1);'];
    one.write(ENTER + drawn(code));
    one.wait(800);
    one.write(LEAVE);
    one.wait(200);
    expect(one.texts()).toEqual(code);
  });

  test('keeps numbered lines that differ in a later number, however long a counter ran and after a new indent', () => {
    const one = played({ cols: 60, rows: 20 });
    one.write(ENTER);
    const code = (answer: number, indent: number) =>
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map(
        (name, y) => `${' '.repeat(indent)}${y + 1}  ${name} = ${answer}`,
      );
    for (let second = 0; second < 12; second++) {
      one.write(drawn([`Thinking… (${second}s)`]));
      one.wait(1000);
    }
    for (const answer of [100, 200, 300]) {
      for (const indent of [1, 2]) {
        one.write(drawn(['', ...code(answer, indent)]));
        one.wait(1000);
      }
      one.write(drawn(Array.from({ length: 10 }, () => `prose of answer ${answer}`)));
      one.wait(1000);
    }
    const found = new Set(one.texts().map((text) => text.trim()));
    expect([100, 200, 300].flatMap((answer) => code(answer, 0)).filter((line) => !found.has(line))).toEqual([]);
    expect(mostCopies(one)).toBe(1);
  });

  test('leaves the lines of the normal screen their numbers', () => {
    const one = played({ cols: 60, rows: 10 });
    one.write(`${numbered('before', 1, 30).join('\r\n')}\r\n`);
    one.wait(1000);
    const was = one.page().lines;
    one.write(ENTER + drawn(numbered('inside', 1, 10)));
    one.wait(1000);
    one.write(LEAVE);
    one.wait(300);
    one.write(`${numbered('after', 1, 30).join('\r\n')}\r\n`);
    one.wait(1000);
    const { lines } = one.page();
    expect(lines.slice(0, was.length)).toEqual(was);
    expect(lines.map((line) => line.line)).toEqual(lines.map((_, i) => i + 1));
    expect(lines.map((line) => line.text)).toEqual([
      ...numbered('before', 1, 21),
      ...numbered('inside', 1, 10),
      ...numbered('before', 22, 30),
      ...numbered('after', 1, 21),
    ]);
  });

  test('takes no more than its share of processor time and memory', () => {
    const one = played({ cols: 200, rows: 50 });
    one.write(ENTER);
    for (let i = 0; i < 300; i++) {
      one.write(
        drawn(numbered(`page ${i} with words that fill some of a line, as usual, row`, i * 50 + 1, i * 50 + 50)),
      );
      one.wait(500);
    }
    const kept = one.page().lines.length;
    expect(kept).toBeGreaterThanOrEqual(5000);
    expect((one.history.size * 5000) / kept).toBeLessThan(1.5e6);
  });
});

describe('a program that redraws on the normal screen', () => {
  test('has a dialog that was erased, and its transcript once', () => {
    const one = played({ cols: 60, rows: 12 });
    let height = 0;
    const live = (lines: string[], above = '') => {
      const up = height > 1 ? `\x1b[${height - 1}A` : '';
      one.write(`\r${up}\x1b[J${above}${lines.join('\r\n')}`);
      height = lines.length;
      one.wait(700);
    };
    for (let turn = 1; turn <= 10; turn++) {
      live([`thinking about ${turn}`, '> ']);
      live([`Run command ${'abcdefghij'[turn - 1]}?`, '  1. Yes', '  2. No', '> ']);
      live(['> '], `answer ${turn}\r\nwith a second line ${turn}\r\n`);
    }
    const all = [...one.texts(), ...one.screen()];
    for (let turn = 1; turn <= 10; turn++) {
      expect(all.filter((text) => text === `answer ${turn}`)).toHaveLength(1);
      expect(all.filter((text) => text === `Run command ${'abcdefghij'[turn - 1]}?`)).toHaveLength(1);
    }
    expect(mostCopies(one)).toBeLessThanOrEqual(2);
  });

  test('does not multiply what it clears and prints again many times a second', () => {
    const one = played({ cols: 60, rows: 12 });
    const transcript: string[] = [];
    for (let i = 1; i <= 60; i++) {
      transcript.push(`a line of the transcript, ${i}`);
      for (let frame = 0; frame < 5; frame++) {
        one.write(`\x1b[2J\x1b[3J\x1b[H${[...transcript, `${'|/-\\'[frame % 4]} busy`, '> '].join('\r\n')}`);
        one.wait(40);
      }
    }
    one.wait(1000);
    const all = [...one.texts(), ...one.screen()].filter((text) => text.startsWith('a line'));
    expect([...new Set(all)]).toEqual(transcript);
    expect(mostCopies(one)).toBe(1);
  });

  test('a shell that clears its screen keeps what was on it, and what is printed again afterwards', () => {
    const one = played({ cols: 60, rows: 12 });
    one.write(`$ make\r\n${numbered('step', 1, 20).join('\r\n')}\r\n$ `);
    one.wait(3000);
    one.write('clear\r\n\x1b[H\x1b[2J\x1b[3J$ ');
    one.wait(3000);
    one.write(`make\r\n${numbered('step', 1, 20).join('\r\n')}\r\n$ `);
    one.wait(3000);
    const all = [...one.texts(), ...one.screen()].filter((text) => text.startsWith('step'));
    expect(all.toSorted()).toEqual([...numbered('step', 1, 20), ...numbered('step', 1, 20)].toSorted());
  });

  test.each([
    [40, 1],
    [40, 2],
    [400, 1],
  ])(
    'a shell that clears its screen and prints a file has all of it below, lines that read the same too (%i parts, time %i)',
    (parts, times) => {
      const one = played({ cols: 60, rows: 12 });
      for (let time = 1; time <= times; time++) {
        const numbers = numbered('number', time * 100, time * 100 + 19);
        const code = numbered(`function${time}`, 1, parts).flatMap((name) => [`${name} {`, '  return 1;', '}', '']);
        one.write(`$ seq\r\n${numbers.join('\r\n')}\r\n$ `);
        one.wait(1000);
        one.write('clear; cat code\r\n');
        one.wait(5);
        one.write('\x1b[H\x1b[2J\x1b[3J');
        one.wait(3);
        one.write(`${code.join('\r\n')}\r\n$ `);
        one.wait(1000);
        const all = [...one.texts(), ...one.screen()].filter((text) => text !== '' && !text.startsWith('$'));
        expect(all.slice(all.indexOf(numbers[0]!))).toEqual([...numbers, ...code.filter((text) => text !== '')]);
      }
    },
  );
});

describe('what becomes of a line', () => {
  test.each([
    ['⠋ Loading 12%', '⠹ Loading 99%'],
    ['12:00:01 up 3 days', '12:10:59 up 4 days'],
    ['[||||      30.1%]', '[|||||||||| 99%]'],
    ['[====>   ] 4/10', '[=========>] 9/10'],
    ['• Working (5s • esc)', '◦ Working (59s • esc)'],
  ])('%s is %s a moment later', (before, after) => expect(maskOf(before)).toBe(maskOf(after)));

  test('tables are told by the numbers in front', () => {
    expect(keyLength([' 12 root 20', ' 13 root 20'])).toBe(1);
    expect(keyLength(['2026-11-21 10:00:01', '2026-11-21 10:00:02'])).toBe(6);
    expect(keyLength(['alone 1'])).toBe(0);
  });

  test.each([
    ['│ > he    │', '│ > hell  │', true],
    ['a word too', 'a word to', true],
    ['some text here', 'some texxt here', true],
    ['some text here', 'some', false],
    ['  ? for shortcuts', '  ← for agents · ? for shortcuts', false],
    ['one thing', 'another thing', false],
    ['an answer that       3 files', 'an answer that goes  3 files', true],
    ['                     3 files', 'an answer that goes  3 files', true],
    ['an answer that goes  3 files', 'an answer that       3 files', false],
  ])('%s grown into %s: %s', (before, after, grown) => expect(grownFrom(before, after)).toBe(grown));
});
